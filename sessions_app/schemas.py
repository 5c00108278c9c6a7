"""JSON schemas of the data files, written from the models that read them: `python -m sessions_app.schemas`.

They stand beside the files so that an editor checks while one types; a test fails when they are not as written here.
"""

import json
from typing import Any

from sessions_app.data import HERE, Entry
from sessions_app.regimens.evidence import FILES
from sessions_app.screening.medicines import Medicines
from sessions_app.screening.questionnaire import Questionnaire
from sessions_app.screening.sites import Sites
from sessions_app.therapy.wording import Book

ALL: dict[str, type[Entry]] = {
    "screening/sites.json": Sites,
    "screening/questions.json": Questionnaire,
    "screening/medicines.json": Medicines,
    "therapy/reasons.json": Book,
    **FILES,
}


def schema_of(kind: type[Entry]) -> dict[str, Any]:
    schema = kind.model_json_schema()
    schema["properties"] = {"$schema": {"type": "string"}, **schema["properties"]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_path(path: str) -> str:
    return path.removesuffix(".json") + ".schema.json"


def text_of(kind: type[Entry]) -> str:
    return json.dumps(schema_of(kind), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for path, kind in ALL.items():
        (HERE / schema_path(path)).write_text(text_of(kind), encoding="utf-8")
