"""The words in which endurance is told: complaints, gaps with their causes."""

from __future__ import annotations

from tests.endurance.watch import GAP_S, Record

_LINES = 3


def tell(record: Record) -> None:
    """Print what was noticed."""
    print(f"\ncomplaints: {len(record.complaints)}")
    for text, during in record.complaints.items():
        print(f"-- during {during}:\n{text}")
    gaps = sorted(record.gaps, key=lambda gap: -gap.seconds)
    own = sum(gap.worked > GAP_S for gap in gaps)
    print(f"\ngaps over 100 ms: {len(gaps)}, {own} of them in work of the interface thread alone")
    for gap in gaps:
        times = " / ".join(f"{seconds * 1e3:.0f}" for seconds in (gap.seconds, gap.worked, gap.others))
        print(f"{times} ms in all / own work / other threads, during {gap.during}")
        lines = gap.stack.splitlines()
        for line in (*lines[:_LINES], *(line for line in lines if line.startswith("  beside"))):
            print(f"          {line.strip()}")
