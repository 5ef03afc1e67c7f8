"""HTTP: the routes, what every request passes on its way in, and the form of errors."""

from service.http.app import by_path, create_api, create_app, limited

__all__ = ["by_path", "create_api", "create_app", "limited"]
