"""What goes wrong with an X12 file on its way: segments and bytes that are lost, doubled, moved or something else."""

from hypothesis import strategies as st

ODD_ELEMENTS = ["", " ", "x", "Ä", "1,000.00", "9" * 17, "20260230", "260101", "*", ":", " A", "A ", "\t", "0"]
ODD_BYTES = [byte.encode("latin-1") for byte in "~*:^|>\n\r\0\xff 1.-x"] + ["Ä".encode()]


def damaged(draw: st.DrawFn, segments: list[str]) -> bytes:
    """The segments as a file, whole or with a few things wrong in it, each on a line of its own or not."""
    for _ in range(draw(st.sampled_from([0, 0, 1, 2, 3]))):
        damage_segment(draw, segments)
    data = bytearray("~".join(segments).encode())
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 3]))):
        place = draw(st.integers(0, len(data)))
        data[place : place + draw(st.integers(0, 5))] = draw(st.sampled_from([b"", *ODD_BYTES]))
    newline = draw(st.sampled_from([b"", b"", b"\n", b"\r\n"]))
    return bytes(data).replace(b"~", b"~" + newline) if newline else bytes(data)


def damage_segment(draw: st.DrawFn, segments: list[str]) -> None:
    """One segment is lost, doubled, moved, in small letters, or has an odd element."""
    place, other = (draw(st.integers(1, len(segments) - 1)) for _ in range(2))
    way = draw(st.sampled_from(["drop", "double", "move", "element", "lower"]))
    if way == "drop" and len(segments) > 3:
        del segments[place]
    elif way == "double":
        segments.insert(other, segments[place])
    elif way == "move":
        segments[place], segments[other] = segments[other], segments[place]
    elif way == "lower":
        segments[place] = segments[place].lower()
    else:
        elements = segments[place].split("*")
        elements[draw(st.integers(0, len(elements) - 1))] = draw(st.sampled_from(ODD_ELEMENTS))
        segments[place] = "*".join(elements)
