"""Who comes in at once, who is turned away, and when the door rests."""

from waarborg.project.door import Door, Doors


def test_there_are_so_many_places_and_no_more() -> None:
    door = Door(places=2, rests=0.0)
    assert [door.enter(0.0) for _ in range(3)] == [True, True, False]
    door.leave(0.0, 0.1)
    assert [door.enter(0.1), door.enter(0.1)] == [True, False]


def test_without_a_flood_it_never_rests() -> None:
    door = Door(places=1, rests=2.0)
    for second in range(10):
        assert door.enter(float(second))
        door.leave(float(second), second + 0.9)


def test_while_people_are_turned_away_it_rests_twice_as_long_as_each_took() -> None:
    door = Door(places=1, rests=2.0)
    assert [door.enter(0.0), door.enter(0.1)] == [True, False]
    door.leave(0.0, 0.5)
    assert [door.enter(moment) for moment in (0.6, 1.4, 1.5)] == [False, False, True]


def test_a_flood_gets_a_third_of_the_time() -> None:
    door, busy, came = Door(places=1, rests=2.0), 0.0, None
    for tick in range(10_000):
        now = tick / 100
        if came is not None and now - came >= 0.2:
            door.leave(came, now)
            busy, came = busy + now - came, None
        if door.enter(now):
            came = now
    assert 0.3 < busy / 100 < 0.36


def test_it_stops_resting_when_nobody_is_turned_away_any_more() -> None:
    door = Door(places=1, rests=2.0)
    assert [door.enter(0.0), door.enter(0.0)] == [True, False]
    door.leave(0.0, 1.0)
    assert door.enter(3.0)
    door.leave(3.0, 4.0)
    assert door.enter(4.0)


def test_pages_keep_threads_of_their_own_unless_there_is_one_of_all() -> None:
    for threads in range(3, 129):
        doors = Doors.of(threads)
        assert doors.strangers.places + doors.known.places < threads
    assert Doors.of(1).strangers.places == Doors.of(1).known.places == 1


def test_who_is_known_isnt_turned_away_with_strangers_and_doesnt_rest() -> None:
    doors = Doors.of(8)
    while doors.strangers.enter(0.0):
        pass
    for moment in range(10):
        assert doors.known.enter(float(moment))
        doors.known.leave(float(moment), moment + 0.9)
