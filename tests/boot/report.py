# SPDX-License-Identifier: MIT
"""Results as TAP 13 lines and as a JUnit file."""
import xml.etree.ElementTree as xml


class Result:
    """What came of one case: problems (empty: it passed), a reason if it was skipped."""

    def __init__(self, name, seconds=0.0, problems=(), skipped=None, output=""):
        self.name = name
        self.seconds = seconds
        self.problems = list(problems)
        self.skipped = skipped
        self.output = output


def tap_line(number, result):
    word = "not ok" if result.problems else "ok"
    line = f"{word} {number} - {result.name}"
    if result.skipped:
        line += f" # SKIP {result.skipped}"
    else:
        line += f" # {result.seconds:.2f} s"
    for problem in result.problems:
        line += "".join(f"\n# {part}" for part in problem.splitlines())
    if result.problems and result.output:
        line += "\n# --- output of the case:"
        line += "".join(f"\n#   {part}" for part in result.output.splitlines()[-60:])
    return line


def printable(text):
    """XML 1.0 allows no control characters."""
    return "".join(c if c >= " " or c in "\n\t" else "?" for c in text)


def write_junit(path, suite, results):
    root = xml.Element("testsuite", name=suite, tests=str(len(results)),
                       failures=str(sum(bool(r.problems) for r in results)),
                       skipped=str(sum(bool(r.skipped) for r in results)),
                       time=f"{sum(r.seconds for r in results):.3f}")
    for result in results:
        case = xml.SubElement(root, "testcase", classname=suite, name=result.name,
                              time=f"{result.seconds:.3f}")
        if result.skipped:
            xml.SubElement(case, "skipped", message=result.skipped)
        if result.problems:
            failure = xml.SubElement(case, "failure", message=printable(result.problems[0]))
            failure.text = printable("\n".join(result.problems) + "\n" + result.output)
    xml.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
