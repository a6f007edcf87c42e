import pytest
from tests.end_to_end.driver import Stack
from tests.end_to_end.aws_calls import *
pytestmark = pytest.mark.xdist_group("end to end")
def test_print(stack: Stack) -> None:
    c = Calls(stack)
    g, r = c.granted(), c.of_functions()
    out = open("/tmp/rec.txt","w")
    for s in g:
        for x in sorted(r[s]):
            if not any(y.covers(x) for y in g[s]): print("NOT GRANTED", s, x, file=out)
        for y in sorted(g[s]):
            if not any(y.covers(x) for x in r[s]): print("unused", s, y, file=out)
    for x in sorted(c.of_commands()): print("cmd", x, file=out)
