"""What the charts of the style sheet page show: invented numbers, one figure of each kind."""

from typing import Any


def column(name: str, label: str, *, numeric: bool = True) -> dict[str, Any]:
    return {"name": name, "label": label, "numeric": numeric}


def distribution() -> dict[str, Any]:
    people = [3, 1, 2, 3, 5, 9, 12, 64, 98, 110, 89]
    return {
        "kind": "distribution",
        "sentence": "Half gave a 9 or a 10.",
        "rest": "199 promoters, 162 in between, 35 detractors: (199 − 35) of 396 makes 41.",
        "caption": "People by score given",
        "columns": [column("score", "Score", numeric=False), column("people", "People")],
        "rows": [{"score": value, "people": number} for value, number in enumerate(people)],
        "size": "short",
    }


def trend() -> dict[str, Any]:
    quarters = [f"Q{quarter} {year}" for year in (2024, 2025, 2026) for quarter in (1, 2, 3, 4)][:11]
    scores = [29, 33, 31, 36, 38, 37, 40, 38, 41, 39, 41]
    return {
        "kind": "trend",
        "sentence": "No quarter stands out.",
        "rest": "The band shows how sure each score is; since the new wording, chance alone explains the rest.",
        "caption": "Score by quarter",
        "columns": [
            column("period", "Quarter", numeric=False),
            column("series", "Wording", numeric=False),
            column("n", "Answers"),
            column("score", "NPS"),
            column("low", "from"),
            column("high", "to"),
        ],
        "rows": [
            {
                "period": quarter,
                "series": "old wording" if index < 3 else "new wording",
                "n": 320 + index * 9,
                "score": value,
                "low": value - 7,
                "high": value + 7,
            }
            for index, (quarter, value) in enumerate(zip(quarters, scores, strict=True))
        ],
        "data": {"agreed": 45, "agreed_label": "agreed for 2026"},
    }


def lines() -> dict[str, Any]:
    months = ["May", "June", "July", "August", "September", "October"]
    pump, hose, timer = [4, 6, 9, 12, 15, 19], [11, 9, 10, 12, 9, 10], [7, 6, 7, 5, 6, 6]
    return {
        "kind": "lines",
        "sentence": "Complaints about pumps grow month by month.",
        "rest": "Hoses and timers stay where they were.",
        "caption": "Complaints by product",
        "columns": [
            column("month", "Month", numeric=False),
            column("pump", "pumps"),
            column("hose", "hoses"),
            column("timer", "timers"),
        ],
        "rows": [
            {"month": month, "pump": p, "hose": h, "timer": t}
            for month, p, h, t in zip(months, pump, hose, timer, strict=True)
        ],
    }


def segments() -> dict[str, Any]:
    higher = {"value": "better", "text": "higher"}
    same = {"value": "", "text": "no real difference"}
    groups = [
        ("Landscapers and gardeners", 138, 54, 44, 64, higher),
        ("Garden centres", 117, 40, 29, 51, same),
        ("Home owners", 119, 32, 21, 43, same),
        ("Municipalities", 22, 9, -21, 40, same),
    ]
    names = ("segment", "n", "score", "low", "high", "signal")
    return {
        "kind": "segments",
        "sentence": "Landscapers recommend us more than the others do.",
        "rest": "Municipalities look lower, but 22 answers are too few to say.",
        "caption": "Score by customer group",
        "columns": [
            column("segment", "Group", numeric=False),
            column("n", "Answers"),
            column("score", "NPS"),
            column("low", "from"),
            column("high", "to"),
            column("signal", "Against the rest", numeric=False),
        ],
        "rows": [dict(zip(names, group, strict=True)) for group in groups],
        "data": {"overall": 41},
    }


def effect() -> dict[str, Any]:
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    names = [f"{month} {year}" for year in (2025, 2026) for month in months][:22]
    phases = ["baseline"] * 12 + ["settling in"] * 2 + ["follow-up"] * 8
    rates = [7.9, 10.8, 11.2, 8.6, 6.9, 10.1, 12.9, 10.7, 8.1, 6.6, 10.2, 11.8]
    rates += [15.1, 8.8, 6.1, 3.6, 5.9, 4.9, 2.9, 4.5, 6.2, 4.1]
    return {
        "kind": "effect",
        "sentence": "Since the felt washers, every month lies below what the year before led us to expect.",
        "rest": "The bands show how sure we are of the two averages.",
        "caption": "Complaints by month",
        "columns": [
            column("month", "Month", numeric=False),
            column("phase", "Window", numeric=False),
            column("value", "per 1,000 orders"),
            column("low", "expected from"),
            column("high", "to"),
        ],
        "rows": [
            {"month": name, "phase": phase, "value": rate}
            | ({"low": 8.2, "high": 11.1} if phase == "follow-up" else {})
            for name, phase, rate in zip(names, phases, rates, strict=True)
        ],
        "data": {"before": 9.65, "after": 4.78, "after_low": 3.6, "after_high": 6.0},
        "size": "tall",
    }


def bars() -> dict[str, Any]:
    counts = [31, 44, 38, 29, 35, 41, 62, 40]
    months = ["March", "April", "May", "June", "July", "August", "September", "October"]
    return {
        "kind": "bars",
        "sentence": "September was unusual: 62 complaints.",
        "rest": "26 to 47 is usual.",
        "caption": "Complaints by month",
        "columns": [
            column("period", "Month", numeric=False),
            column("count", "Complaints"),
            column("signal", "Signal", numeric=False),
        ],
        "rows": [
            {
                "period": {"value": month, "url": "#charts"},
                "count": count,
                "signal": {"value": "worse", "text": "more than usual"} if count > 47 else "",
            }
            for month, count in zip(months, counts, strict=True)
        ],
        "data": {"low": 26, "high": 47},
        "size": "short",
    }


def control() -> dict[str, Any]:
    shares = [94.1, 95.2, 93.8, 96.0, 94.7, 95.5, 93.1, 95.0, 94.4, 88.2, 94.9, 95.8]
    return {
        "kind": "control",
        "sentence": "One week was out of the ordinary.",
        "rest": "In week 42 fewer deliveries came in time than chance explains: 88 %.",
        "caption": "Deliveries in time by week, per cent",
        "columns": [
            column("period", "Week", numeric=False),
            column("value", "in time, %"),
            column("centre", "usual"),
            column("lower", "limit below"),
            column("upper", "limit above"),
            column("signal", "Signal", numeric=False),
        ],
        "rows": [
            {
                "period": f"W{33 + index}",
                "value": share,
                "centre": 94.8,
                "lower": 91.0,
                "upper": 98.6,
                "signal": {"value": "worse", "text": "below the limit"} if share < 91 else "",
            }
            for index, share in enumerate(shares)
        ],
    }


def pareto() -> dict[str, Any]:
    causes = [
        ("Glued below 15 °C", 61),
        ("Wrong size in the box", 34),
        ("Leaflet unclear", 18),
        ("Frost", 9),
        ("Others", 6),
    ]
    total = sum(count for _, count in causes)
    return {
        "kind": "pareto",
        "sentence": "Two causes make three quarters of all complaints.",
        "rest": "The other causes together are fewer than the second one.",
        "caption": "Complaints by cause",
        "columns": [
            column("cause", "Cause", numeric=False),
            column("count", "Complaints"),
            column("share", "together, %"),
        ],
        "rows": [
            {"cause": cause, "count": count, "share": sum(n for _, n in causes[: index + 1]) / total * 100}
            for index, (cause, count) in enumerate(causes)
        ],
    }


def matrix() -> dict[str, Any]:
    drivers = [
        ("Reaching us", 0.44, 61),
        ("Delivery", 0.31, 87),
        ("Leaflet", 0.12, 64),
        ("Price", 0.1, 72),
        ("Durability", 0.38, 90),
    ]
    return {
        "kind": "matrix",
        "sentence": "Being reachable matters most and goes worst.",
        "rest": "Top left is where work pays.",
        "caption": "What drives the recommendation",
        "columns": [
            column("driver", "Driver", numeric=False),
            column("performance", "satisfied with it, %"),
            column("importance", "weight for the recommendation"),
            column("signal", "Signal", numeric=False),
        ],
        "rows": [
            {
                "driver": name,
                "performance": share,
                "importance": weight,
                "signal": "worse" if name == "Reaching us" else "",
            }
            for name, weight, share in drivers
        ],
    }


CHARTS = [distribution(), trend(), lines(), segments(), effect(), bars(), control(), pareto(), matrix()]
