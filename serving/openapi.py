"""What BentoML's OpenAPI document lacks: our GET routes and the refusals of the guard."""

from __future__ import annotations

from typing import Any

from models.taxonomy import Taxonomy

__all__ = ["completed"]

_ERROR = {
    "description": "refused",
    "content": {
        "application/json": {
            "schema": {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}
        }
    },
}
_REFUSALS = {
    "400": "a text is empty, malformed or in another language",
    "413": "the body, a text or the list is too large",
    "415": "the body is not JSON, or a text is binary data",
    "429": "too many requests at once",
}


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """The document with our title, every refusal, and `GET /v1/taxonomy`."""
    document["info"]["title"] = "detente"
    document["info"].pop("contact", None)
    for path, item in document["paths"].items():
        if path.startswith("/v1/") and "post" in item:
            for status, description in _REFUSALS.items():
                item["post"]["responses"][status] = {**_ERROR, "description": description}
    schema = Taxonomy.model_json_schema(ref_template="#/components/schemas/{model}")
    document["components"]["schemas"].update(schema.pop("$defs", {}))
    document["components"]["schemas"]["Taxonomy"] = schema
    answer = {"schema": {"$ref": "#/components/schemas/Taxonomy"}}
    document["paths"]["/v1/taxonomy"] = {
        "get": {
            "summary": "The stances of the active model",
            "responses": {"200": {"description": "the taxonomy", "content": {"application/json": answer}}},
        }
    }
    return document
