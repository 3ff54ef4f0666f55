"""The pages of django-allauth, and one to arrive at."""

from django.http import HttpResponse
from django.urls import include, path

urlpatterns = [path("", lambda _request: HttpResponse("in")), path("accounts/", include("allauth.urls"))]
