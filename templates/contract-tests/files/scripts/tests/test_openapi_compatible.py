"""Each change that breaks a client is found; an addition is not."""

import copy
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from openapi_compatible import breaks

BASE = {
    "paths": {
        "/orders/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {"responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}}, "404": {}}},
        }
    },
    "components": {"schemas": {"Order": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, "note": {"type": "string"}}}}},
}


class Compatible(unittest.TestCase):
    def setUp(self):
        self.head = copy.deepcopy(BASE)
        self.path = self.head["paths"]["/orders/{id}"]
        self.order = self.head["components"]["schemas"]["Order"]

    def assert_breaks(self, words):
        self.assertIn(words, "\n".join(breaks(BASE, self.head)))

    def test_no_change_and_additions_break_nothing(self):
        self.order["properties"]["state"] = {"type": "string"}
        self.path["get"]["parameters"] = [{"name": "verbose", "in": "query", "schema": {"type": "boolean"}}]
        self.path["put"] = {"responses": {"204": {}}}
        self.assertEqual(list(breaks(BASE, self.head)), [])

    def test_a_path_that_is_gone(self):
        self.head["paths"] = {}
        self.assert_breaks("GET /orders/{id}: is gone")

    def test_a_response_that_is_gone(self):
        del self.path["get"]["responses"]["404"]
        self.assert_breaks("the response 404 is gone")

    def test_a_field_that_is_gone(self):
        del self.order["properties"]["note"]
        self.assert_breaks("200.note: is no longer answered")

    def test_a_field_of_another_type(self):
        self.order["properties"]["id"] = {"type": "string"}
        self.assert_breaks("200.id: the type was integer and is string")

    def test_a_field_that_may_be_missing(self):
        self.order["required"] = []
        self.assert_breaks("200.id: was always answered")

    def test_a_parameter_that_is_required(self):
        self.path["get"]["parameters"] = [{"name": "tenant", "in": "header", "required": True, "schema": {"type": "string"}}]
        self.assert_breaks("the header parameter tenant is required now")

    def test_a_parameter_of_another_type(self):
        self.path["parameters"][0]["schema"] = {"type": "string"}
        self.assert_breaks("the path parameter id: the type was integer")


if __name__ == "__main__":
    unittest.main()
