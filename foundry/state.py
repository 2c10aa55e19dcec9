"""Where a training stands, in files small enough to travel."""

import io
import json
from pathlib import Path

import torch

PART_BYTES = 15 * 2**20


def keep(folder: Path, head: dict, tensors: dict) -> None:
    """Writes parts of the tensors, then state.json, which names them; a kill between leaves the state before."""
    buffer = io.BytesIO()
    torch.save(tensors, buffer)
    content = buffer.getbuffer()
    starts = range(0, len(content), PART_BYTES)
    parts = [f"state-{head['step']}.{index:02d}" for index in range(len(starts))]
    for part, start in zip(parts, starts, strict=True):
        (folder / part).write_bytes(content[start : start + PART_BYTES])
    fresh = folder / "state.json.new"
    fresh.write_text(json.dumps({**head, "parts": parts}, indent=1) + "\n", "utf-8")
    fresh.replace(folder / "state.json")
    for file in folder.glob("state-*"):
        if file.name not in parts:
            file.unlink()


def resume(folder: Path) -> tuple[dict, dict] | None:
    """What `keep` wrote last, on the CPU; None where nothing was kept."""
    file = folder / "state.json"
    if not file.exists():
        return None
    head = json.loads(file.read_text("utf-8"))
    content = b"".join((folder / part).read_bytes() for part in head["parts"])
    return head, torch.load(io.BytesIO(content), map_location="cpu")
