"""Addresses of the pages, by domain. Paths are Dutch, names English."""

from django.urls import URLPattern, URLResolver

app_name = "web"
urlpatterns: list[URLPattern | URLResolver] = []
