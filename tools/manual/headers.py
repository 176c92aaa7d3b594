# SPDX-License-Identifier: MIT
"""Reads the public headers: what they declare, and the comment that goes with each."""
import re

SIZES = {"uint64_t": 8, "uint32_t": 4, "uint8_t": 1, "char": 1, "unsigned short": 2,
         "l4_umword_t": 8, "l4_uint16_t": 2, "l4_uint32_t": 4, "unsigned long": 8}

TOP = re.compile(r"""
    /\*(?P<comment>.*?)\*/
  | \#define[ ](?P<define>L4\w*|AT_\w+|l4_\w+)(?P<macro>\([^)]*\))?(?P<value>(?:[^\n/\\]|\\\n|/(?!\*))*)
    (?:/\*(?P<after>.*?)\*/)?
  | enum\s+(?P<enum>\w+)?\s*\{(?P<enumerators>.*?)\}\s*;
  | typedef\s+(?P<kind>struct|union)[^{;]*\{(?P<fields>.*?)\n\}\s*(?P<struct>\w+)\s*;
  | typedef\s[^{;]*?(?P<typedef>\w+)\s*;(?:[ ]/\*(?P<aftertype>.*?)\*/)?
  | ^(?:static[ ]inline|extern|_Noreturn|void|int|long)\b(?P<head>[^;{]*?)(?P<body>;|\n\{.*?\n\})
  | (?P<gap>\n[ \t]*\n)
""", re.X | re.S | re.M)

MEMBER = re.compile(r"/\*(?P<before>.*?)\*/|(?P<text>[^,;/{}]+(?:\{[^{}]*\}[^,;]*)?)(?P<end>[,;]|$)"
                    r"(?:[ \t]*/\*(?P<after>.*?)\*/)?", re.S)


def plain(comment):
    """The text of a comment, on one line."""
    return re.sub(r"\s*\n\s*\*?[ \t]*", " ", comment).strip()


class Item:
    def __init__(self, kind, name, comment, **more):
        self.kind, self.name, self.comment = kind, name, comment
        self.__dict__.update(more)


class Header:
    """Items of one header in their order; head is the comment at its start."""

    def __init__(self, path):
        self.path = path
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        comments = re.findall(r"/\*(.*?)\*/", text, re.S)
        self.head = plain(comments[1]) if len(comments) > 1 else ""
        self.items = []
        self._read(text[text.index("#define"):])

    def _read(self, text):
        comment = ""
        for m in TOP.finditer(text):
            if m["comment"] is not None:
                comment = plain(m["comment"])
                continue
            if m["gap"] is not None:
                comment = ""
                continue
            if m["define"]:
                value = plain(m["value"].replace("\\\n", " "))
                if value:
                    own = plain(m["after"] or "")
                    self._add("define", m["define"], own or comment, value=value, own=own)
                continue
            if m["enumerators"] is not None:
                self._add("enum", m["enum"] or "", comment, members=enumerators(m["enumerators"]))
            elif m["struct"]:
                self._add(m["kind"], m["struct"], comment, members=fields(m["fields"]))
            elif m["typedef"]:
                self._add("typedef", m["typedef"], plain(m["aftertype"] or "") or comment)
                continue
            elif m["head"]:
                head = plain(m["head"])
                function = re.search(r"(\w+)\s*\(", head)
                name = function[1] if function else head.split()[-1].strip("*")
                self._add("function" if function else "variable", name, comment,
                          declaration=head, body=m["body"])
            comment = ""

    def _add(self, kind, name, comment, **more):
        self.items.append(Item(kind, name, comment, **more))


def members(text):
    """(text, comment) of each member; a comment stands before its member or behind it."""
    before = ""
    for m in MEMBER.finditer(text):
        if m["before"] is not None:
            before = plain(m["before"])
        elif m["text"].strip():
            yield plain(m["text"]), plain(m["after"] or "") or before
            before = ""


def enumerators(text):
    found, value = [], -1
    for member, comment in members(text):
        name, _, given = member.partition("=")
        value = int(given.strip(), 0) if given else value + 1
        shown = given.strip() if given else str(value)
        found.append(Item("enumerator", name.strip(), comment, value=shown))
    return found


def fields(text):
    """One item per declaration; the names of "type a, b;" share their comment."""
    found, kind, pending = [], "", []
    nested = re.sub(r"struct \{[^{}]*\}", lambda m: re.sub(r"/\*.*?\*/", "", m[0], flags=re.S).replace(";", ":"),
                    text, flags=re.S)
    declarations = re.findall(r"/\*.*?\*/|[^;/]+;(?:[ \t]*/\*.*?\*/)?", nested, re.S)
    before = ""
    for text in declarations:
        text = text.strip()
        if text.startswith("/*"):
            before = plain(text[2:-2])
            continue
        declaration, _, after = text.partition(";")
        after = plain(after.strip()[2:-2]) if after.strip() else ""
        m = re.match(r"((?:unsigned |struct |enum )?\w+(?: \{.*\})?)\s+(.*)", declaration, re.S)
        kind, pending = m[1], [n.strip() for n in m[2].split(",")]
        found.append(Item("field", ", ".join(pending), after or before, type=kind, names=pending))
        before = ""
    return found


def layout(struct, structs, constants):
    """(offset, size, field) of each name of a struct."""
    offset = 0
    for field in struct.members:
        size = SIZES.get(field.type) or structs[field.type][1]
        align = min(size, 8) if field.type in SIZES else 8
        for name in field.names:
            count = 1
            for dimension in re.findall(r"\[(.*?)\]", name):
                count *= eval(dimension, {"__builtins__": {}}, constants)
            offset = (offset + align - 1) // align * align
            yield offset, size * count, name, field
            offset += size * count
