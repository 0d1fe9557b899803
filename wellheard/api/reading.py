"""Reading what programs send: JSON whose texts every database can hold."""

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from wellheard.ground.text.keeping import keepable


class KeepableParser(Parser):
    """JSON as usual; what no database holds in a text is replaced by its sign. A body nested too deeply is no JSON."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return _keepable(json.loads(request.body))
        except RecursionError:
            raise ValueError("It is nested too deeply.") from None


def _keepable(value: Any) -> Any:
    if isinstance(value, str):
        return keepable(value)
    if isinstance(value, list):
        return [_keepable(each) for each in value]
    if isinstance(value, dict):
        return {keepable(name): _keepable(each) for name, each in value.items()}
    return value
