"""837P bodies (005010X222A1) and their answers, 277CA (005010X214) and 999, from the claims that were sent."""

from pipelines.demo.calendar import compact
from pipelines.demo.claims import Claim, Line
from pipelines.demo.events import Sent
from pipelines.demo.practice import Practice
from pipelines.demo.rulings import Settlement
from pipelines.demo.x12_writer import RECEIVER_ID, SENDER_ID, VERSIONS, money, segment


def claims_body(practice: Practice, day: int, reference: str, sent: list[Sent]) -> list[str]:
    """The segments between ST and SE of one batch of a day's claims."""
    date = compact(day)
    body = [
        segment("BHT", "0019", "00", reference, date, "0600", "CH"),
        segment("NM1", "41", "2", practice.name, *[""] * 4, "46", SENDER_ID),
        segment("PER", "IC", "DEMO DATA", "TE", "5555550100"),
        segment("NM1", "40", "2", "MADE-UP CLEARINGHOUSE", *[""] * 4, "46", RECEIVER_ID),
        segment("HL", "1", "", "20", "1"),
        segment("PRV", "BI", "PXC", practice.taxonomy_code),
        segment("NM1", "85", "2", practice.name, *[""] * 4, "XX", practice.npi),
        segment("N3", "1 SAMPLE ST"),
        segment("N4", "SAMPLETON", "KS", "660000000"),
        segment("REF", "EI", practice.tax_id),
    ]
    for number, each in enumerate(sent, 2):
        body.append(segment("HL", str(number), "1", "22", "0"))
        body.extend(_subscriber(each))
        body.extend(_claim(each))
    return body


def _subscriber(sent: Sent) -> list[str]:
    claim = sent.claim
    person, payer = claim.patient, claim.payer
    return [
        segment("SBR", "S" if sent.earlier else "P", "18", *[""] * 6, payer.filing_code),
        segment("NM1", "IL", "1", person.last_name, person.first_name, "", "", "", "MI", person.member_id),
        segment("N3", person.street),
        segment("N4", "SAMPLETON", "KS", "660000000"),
        segment("DMG", "D8", person.birth_date, person.sex),
        segment("NM1", "PR", "2", payer.name, *[""] * 4, "PI", payer.payer_id),
    ]


def _claim(sent: Sent) -> list[str]:
    claim, provider, place = sent.claim, sent.claim.provider, sent.claim.place
    accident = "EM" if claim.payer.payer_class == "workers_comp" else ""
    facility = f"{place.code}:B:{sent.frequency}"
    segments = [segment("CLM", sent.account, money(claim.charge), "", "", facility, "Y", "A", "Y", "Y", "", accident)]
    if accident:
        segments.append(segment("DTP", "439", "D8", compact(claim.service_day - 20)))
    if claim.authorization:
        segments.append(segment("REF", "G1", claim.authorization))
    if sent.original_number:
        segments.append(segment("REF", "F8", sent.original_number))
    codes = [code.replace(".", "") for code in claim.diagnoses]
    segments += [
        segment("HI", f"ABK:{codes[0]}", *[f"ABF:{code}" for code in codes[1:]]),
        segment("NM1", "82", "1", provider.last_name, provider.first_name, "", "", "", "XX", provider.npi),
        segment("PRV", "PE", "PXC", provider.taxonomy_code),
        segment("NM1", "77", "2", place.name, *[""] * 4, "XX", place.npi),
    ]
    if sent.earlier:
        segments.extend(_other_payer(sent.earlier))
    for line in claim.lines:
        segments.extend(_line(claim, line))
    return segments


def _other_payer(earlier: Settlement) -> list[str]:
    person, payer = earlier.claim.patient, earlier.payer
    return [
        segment("SBR", "P", "18", *[""] * 6, payer.filing_code),
        segment("AMT", "D", money(earlier.paid)),
        segment("OI", "", "", "Y", "", "", "Y"),
        segment("NM1", "IL", "1", person.last_name, person.first_name, "", "", "", "MI", person.member_id),
        segment("NM1", "PR", "2", payer.name, *[""] * 4, "PI", payer.payer_id),
    ]


def _line(claim: Claim, line: Line) -> list[str]:
    procedure = ":".join(("HC", line.procedure, *line.modifiers))
    pointers = ":".join(str(number) for number in range(1, len(claim.diagnoses) + 1))
    return [
        segment("LX", str(line.number)),
        segment("SV1", procedure, money(line.charge), "UN", str(line.units), "", "", pointers),
        segment("DTP", "472", "D8", compact(claim.service_day)),
        segment("REF", "6R", line.control_number),
    ]


def acknowledgement_body(practice: Practice, day: int, reference: str, sent: list[Sent]) -> list[str]:
    """The segments between ST and SE of the answer to one batch: each claim accepted or turned back."""
    date = compact(day)
    total = sum(each.claim.charge for each in sent)
    turned_back = [each for each in sent if not each.is_accepted]
    body = [
        *_answer_heading(practice, date, reference),
        segment("STC", "A1:19:PR", date, "WQ", money(total)),
        segment("QTY", "90", str(len(sent) - len(turned_back))),
        *([segment("QTY", "AA", str(len(turned_back)))] if turned_back else []),
        segment("HL", "3", "2", "19", "1"),
        segment("NM1", "85", "2", practice.name, *[""] * 4, "XX", practice.npi),
    ]
    for number, each in enumerate(sent, 4):
        body.extend(_answer(number, date, each))
    return body


def turned_back_body(practice: Practice, day: int, reference: str, sent: list[Sent]) -> list[str]:
    """The segments between ST and SE of the answer to a batch that is turned back whole, no claim being named."""
    date = compact(day)
    return [
        *_answer_heading(practice, date, reference),
        segment("STC", "A3:24:41", date, "U", money(sum(each.claim.charge for each in sent))),
        segment("QTY", "AA", str(len(sent))),
    ]


def functional_body(group_control: int, refused: list[bool]) -> list[str]:
    """The segments between ST and SE of the 999 to an 837 file: each of its transaction sets accepted or refused."""
    version = VERSIONS["837"]
    body = [segment("AK1", "HC", str(group_control), version)]
    for number, is_refused in enumerate(refused, 1):
        body.append(segment("AK2", "837", f"{number:04d}", version))
        if is_refused:
            body += [segment("IK3", "BHT", "2", "", "8"), segment("IK4", "3", "127", "6"), segment("IK5", "R", "5")]
        else:
            body.append(segment("IK5", "A"))
    accepted = len(refused) - sum(refused)
    body.append(segment("AK9", "P" if accepted else "R", str(len(refused)), str(len(refused)), str(accepted)))
    return body


def _answer_heading(practice: Practice, date: str, reference: str) -> list[str]:
    return [
        segment("BHT", "0085", "08", f"CA{date}", date, "0700", "TH"),
        segment("HL", "1", "", "20", "1"),
        segment("NM1", "AY", "2", "MADE-UP CLEARINGHOUSE", *[""] * 4, "46", RECEIVER_ID),
        segment("TRN", "1", f"CA{date}"),
        segment("DTP", "050", "D8", date),
        segment("DTP", "009", "D8", date),
        segment("HL", "2", "1", "21", "1"),
        segment("NM1", "41", "2", practice.name, *[""] * 4, "46", SENDER_ID),
        segment("TRN", "2", reference),
    ]


def _answer(number: int, date: str, sent: Sent) -> list[str]:
    person, charge = sent.claim.patient, money(sent.claim.charge)
    status = segment("STC", "A2:20:PR", date, "WQ", charge) if sent.is_accepted else _refusal(sent, date, charge)
    return [
        segment("HL", str(number), "3", "PT"),
        segment("NM1", "QC", "1", person.last_name, person.first_name, "", "", "", "MI", person.member_id),
        segment("TRN", "2", sent.account),
        status,
        segment("REF", "1K", f"CH{sent.account}{date}"),
        segment("DTP", "472", "D8", compact(sent.claim.service_day)),
    ]


def _refusal(sent: Sent, date: str, charge: str) -> str:
    reason = ("A7:164:IL", "A7:562:82", "A3:21", "A8:488")[sent.claim.number % 4]
    return segment("STC", reason, date, "U", charge)
