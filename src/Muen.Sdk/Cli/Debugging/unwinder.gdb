
# The programs have no tables for unwinding; every function that calls another keeps RBP as the end of a chain of frames. Before that is set up, the
# first instructions say what they have pushed. A gdb without Python shows the innermost function only.
python
import gdb
from gdb.unwinder import Unwinder, register_unwinder

class MuenFrame:
    def __init__(self, sp, pc):
        self.sp = sp
        self.pc = pc

class MuenUnwinder(Unwinder):
    def __init__(self):
        super().__init__("muen")

    def __call__(self, pending):
        try:
            return self.unwind(pending)
        except (gdb.error, gdb.MemoryError, OverflowError):
            return None

    def unwind(self, pending):
        pc = int(pending.read_register("rip")) & 0xFFFFFFFFFFFFFFFF
        sp = int(pending.read_register("rsp")) & 0xFFFFFFFFFFFFFFFF
        bp = int(pending.read_register("rbp")) & 0xFFFFFFFFFFFFFFFF
        symbol = gdb.execute("info symbol 0x%x" % pc, to_string=True)
        if symbol.startswith("No symbol"):
            return None
        name = symbol.split(" ")[0]
        if name in ("entry", "entry_segments"):
            return self.frame(pending, sp, pc, 0, sp, bp)
        start = int(gdb.parse_and_eval("(unsigned long)&'%s'" % name))
        depth, framed = self.prologue(start, pc)
        if framed:
            if bp == 0:
                return None
            cfa = bp + 16
            saved = self.word(bp)
        else:
            cfa = sp + depth + 8
            saved = bp if depth == 0 or not self.pushed else self.word(cfa - 16)
        caller = self.word(cfa - 8)
        outer = gdb.execute("info symbol 0x%x" % caller, to_string=True)
        if outer.startswith("__managed__Main") or outer.startswith("entry_segments"):
            caller = 0                                  # Main is the outermost: what calls it is no C#
        return self.frame(pending, cfa, start, caller, cfa, saved)

    def frame(self, pending, identity, start, rip, rsp, rbp):
        word = gdb.lookup_type("unsigned long")
        info = pending.create_unwind_info(MuenFrame(gdb.Value(identity).cast(word), gdb.Value(start).cast(word)))
        info.add_saved_register("rip", gdb.Value(rip).cast(word))
        info.add_saved_register("rsp", gdb.Value(rsp).cast(word))
        info.add_saved_register("rbp", gdb.Value(rbp).cast(word))
        return info

    def prologue(self, start, pc):
        """Bytes on the stack at pc, and whether RBP is the frame's already."""
        code = bytes(gdb.selected_inferior().read_memory(start, 64))
        at = 0
        depth = 0
        self.pushed = False
        while at < 48:
            if start + at >= pc:
                return depth, False
            if code[at] == 0x55:
                self.pushed = True
                depth += 8
                at += 1
            elif code[at] in (0x50, 0x53):
                depth += 8
                at += 1
            elif code[at] == 0x41 and 0x50 <= code[at + 1] <= 0x57:
                depth += 8
                at += 2
            elif code[at:at + 3] == b"\x48\x83\xec":
                depth += code[at + 3]
                at += 4
            elif code[at:at + 3] == b"\x48\x81\xec":
                depth += int.from_bytes(code[at + 3:at + 7], "little")
                at += 7
            elif code[at:at + 4] == b"\x48\x8d\xac\x24":
                return depth, start + at + 8 <= pc
            elif code[at:at + 4] == b"\x48\x8d\x6c\x24":
                return depth, start + at + 5 <= pc
            elif code[at:at + 3] in (b"\x48\x8b\xec", b"\x48\x89\xe5"):
                return depth, start + at + 3 <= pc
            else:
                return depth, False
        return depth, False

    def word(self, address):
        return int.from_bytes(bytes(gdb.selected_inferior().read_memory(address, 8)), "little")

class MuenFrames:
    """What ends a chain of frames is not shown."""

    name = "muen"
    priority = 100
    enabled = True

    def filter(self, frames):
        return (f for f in frames if f.inferior_frame().pc() != 0)

register_unwinder(None, MuenUnwinder(), replace=True)
gdb.frame_filters["muen"] = MuenFrames()
end

define muen-interrupt
  set var *((unsigned char *)&pending_interrupts + $arg0 / 8) |= 1 << ($arg0 % 8)
end
document muen-interrupt
muen-interrupt VECTOR: marks the vector as arrived, as the subject's handler would; a subject that waits for it goes on when it looks.
end
