"""A figure beside its goal."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """One promise: what was measured, the figure, and the most it may be."""

    name: str
    figure: float
    most: float
    unit: str
    told: str
    """How it was measured, in a line."""

    @property
    def met(self) -> bool:
        return self.figure <= self.most

    def line(self) -> str:
        said = "met" if self.met else "NOT MET"
        return f"{self.name}: {self.figure:.2f} {self.unit} (goal at most {self.most:g}): {said}\n    {self.told}"
