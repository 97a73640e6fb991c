"""The practice's account numbers, and what one clearinghouse makes of some of them on the way back."""

CLAIM_LENGTH = 20  # the longest CLM01 that this clearinghouse echoes
EVERY = 12  # one account in so many is mangled, for payers behind that clearinghouse


def _way(number: int) -> str:
    """How the account of the claim of this number is mangled: zeros, cut, prefix, suffix, or not at all."""
    place, turn = number * 7919 % EVERY, number * 7919 // EVERY
    return ("zeros", "cut", "prefix", "suffix")[turn % 4] if not place else ""


def account_number(number: int, is_mangled_later: bool) -> str:
    """The account of the claim of this number; some offices write zeros before it, or their own name behind it."""
    account = f"DB{number:07d}"
    way = _way(number) if is_mangled_later else ""
    return f"00{account}" if way == "zeros" else f"{account}-SAMPLETON-EAST" if way == "cut" else account


def mangled(account: str, number: int) -> str:
    """The account as the clearinghouse passes it back: the same, or mangled in the way of the claim's number."""
    match _way(number):
        case "zeros":
            return account.lstrip("0")
        case "cut":
            return account[:CLAIM_LENGTH]
        case "prefix":
            return f"MC{account}"
        case "suffix":
            return f"{account}-01"
    return account
