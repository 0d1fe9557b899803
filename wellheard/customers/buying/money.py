"""Amounts in words. Amounts of different currencies are never added up."""

from decimal import ROUND_HALF_UP, Decimal

UNKNOWN = "of unknown currency"


def money(amount: Decimal | float, currency: str) -> str:
    """`1,250 EUR`; below a hundred with the cents, `−12.50 EUR`. An unknown currency has none behind the number."""
    exact = Decimal(str(amount))
    step = Decimal("0.01") if abs(exact) < 100 and exact != exact.to_integral_value() else Decimal(1)
    number = f"{exact.quantize(step, ROUND_HALF_UP):,}".replace("-", "−")
    return f"{number} {currency}".strip()


def change_in_words(now: Decimal, before: Decimal) -> str:
    """`50 % more`, `20 % less`, `as much`; empty where nothing was bought before, of which nothing is a share."""
    if before <= 0:
        return ""
    change = round(100 * (now - before) / before)
    return f"{change} % more" if change > 0 else f"{-change} % less" if change < 0 else "as much"


def currency_name(currency: str) -> str:
    """What a currency is called on our pages."""
    return currency or "unknown currency"
