"""Address of the page of the log."""

from django.urls import path

from waarborg.doors.web.audit import log

urlpatterns = [path("logboek", log.log, name="log")]
