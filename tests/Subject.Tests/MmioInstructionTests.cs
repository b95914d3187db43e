// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using Iced.Intel;
using Muen.Samples.Monitors;
using Xunit;
using Decoder = Iced.Intel.Decoder;

namespace Muen.Tests;

/// <summary>The monitor's decoder against Iced's, over instructions made at random: each that one of the two takes for one of the known ones, the other one does.</summary>
public sealed class MmioInstructionTests
{
    const int Instructions = 3_000_000;

    /// <summary>Opcodes, as samples/xv6-monitor/README.md counts them: one or two bytes, without the operation that ModRM may choose.</summary>
    const int Opcodes = 45;

    /// <summary>Forms, as Iced and that README count them: an opcode with its operation and operands' sizes.</summary>
    const int Forms = 95;

    static readonly Dictionary<Mnemonic, MmioOperation> s_operations = new()
    {
        [Mnemonic.Add] = MmioOperation.Add,
        [Mnemonic.Or] = MmioOperation.Or,
        [Mnemonic.And] = MmioOperation.And,
        [Mnemonic.Sub] = MmioOperation.Sub,
        [Mnemonic.Xor] = MmioOperation.Xor,
        [Mnemonic.Cmp] = MmioOperation.Compare,
        [Mnemonic.Test] = MmioOperation.Test,
        [Mnemonic.Movzx] = MmioOperation.Load,
        [Mnemonic.Movsx] = MmioOperation.Load,
    };

    /// <summary>First bytes that begin known instructions, so that most of what is made is worth comparing.</summary>
    static readonly byte[] s_opcodes =
    [
        0x00, 0x01, 0x02, 0x03, 0x08, 0x09, 0x0A, 0x0B, 0x20, 0x21, 0x22, 0x23, 0x28, 0x29, 0x2A, 0x2B, 0x30, 0x31, 0x32, 0x33, 0x38, 0x39, 0x3A, 0x3B,
        0x80, 0x81, 0x83, 0x84, 0x85, 0x88, 0x89, 0x8A, 0x8B, 0xA0, 0xA1, 0xA2, 0xA3, 0xC6, 0xC7, 0xF6, 0xF7, 0x0F, 0x0F,
    ];

    static readonly byte[] s_prefixes = [0x66, 0x67, 0xF0, 0xF2, 0xF3, 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65];

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public void The_decoder_agrees_with_iced(bool wide, int seed)
    {
        var random = new Random(seed);
        byte[] code = new byte[MmioInstruction.MaxLength];
        var reader = new Reader(code);
        var decoder = Decoder.Create(wide ? 32 : 16, reader);
        int known = 0;
        HashSet<Code> forms = [];
        for (int i = 0; i < Instructions / 2; i++)
        {
            Make(random, code);
            int length = random.Next(20) == 0 ? random.Next(code.Length) : code.Length;
            reader.Start(length);
            decoder.IP = 0;
            decoder.Decode(out Instruction expected);
            bool decoded = MmioInstruction.TryDecode(code.AsSpan(0, length), wide, out MmioInstruction actual);
            bool isKnown = IsKnown(in expected);
            if (decoded != isKnown)
            {
                Assert.Fail($"{Convert.ToHexString(code, 0, length)}: {expected}, decoded {decoded}");
            }
            if (isKnown)
            {
                Compare(in expected, in actual, code);
                known++;
                forms.Add(expected.Code);
            }
        }
        Assert.InRange(known, Instructions / 8, Instructions);
        Assert.Equal(Forms, forms.Count);
        Assert.Equal(Opcodes, forms.Select(f => f.ToOpCode().OpCode).Distinct().Count());
    }

    static void Make(Random random, byte[] code)
    {
        random.NextBytes(code);
        int at = 0;
        while (random.Next(3) == 0 && at < 5)
        {
            code[at++] = s_prefixes[random.Next(s_prefixes.Length)];
        }
        if (random.Next(10) != 0)
        {
            code[at] = s_opcodes[random.Next(s_opcodes.Length)];
            if (code[at] == 0x0F && random.Next(4) != 0)
            {
                code[at + 1] = new byte[] { 0xB6, 0xB7, 0xBE, 0xBF }[random.Next(4)];
            }
        }
    }

    static bool IsKnown(in Instruction i)
    {
        if (i.IsInvalid || i.HasRepPrefix || i.HasRepnePrefix || i.HasXacquirePrefix || i.HasXreleasePrefix || i.OpCount != 2)
        {
            return false;
        }
        bool memory = i.Op0Kind == OpKind.Memory || i.Op1Kind == OpKind.Memory;
        return memory && (i.Mnemonic == Mnemonic.Mov ? IsGeneralMove(in i) : s_operations.ContainsKey(i.Mnemonic) && IsOneOfTheManuals(in i));
    }

    static bool IsGeneralMove(in Instruction i) => i.Op0Kind switch
    {
        OpKind.Register => i.Op0Register.IsGPR(),
        _ => i.Op1Kind != OpKind.Register || i.Op1Register.IsGPR(),
    };

    /// <summary>82 is another encoding of 80, and F6 /1 one of F6 /0, that no compiler uses; the monitor does not take them.</summary>
    static bool IsOneOfTheManuals(in Instruction i) => i.Code is not (Code.Add_rm8_imm8_82 or Code.Or_rm8_imm8_82 or Code.And_rm8_imm8_82 or Code.Sub_rm8_imm8_82
        or Code.Xor_rm8_imm8_82 or Code.Cmp_rm8_imm8_82 or Code.Test_rm8_imm8_F6r1 or Code.Test_rm16_imm16_F7r1 or Code.Test_rm32_imm32_F7r1);

    static void Compare(in Instruction expected, in MmioInstruction actual, byte[] code)
    {
        string what = $"{Convert.ToHexString(code)}: {expected}";
        bool toMemory = expected.Op0Kind == OpKind.Memory;
        OpKind otherKind = toMemory ? expected.Op1Kind : expected.Op0Kind;
        Register register = toMemory ? expected.Op1Register : expected.Op0Register;
        int size = expected.MemorySize.GetInfo().Size;
        Same(expected.Length, actual.Length, what);
        Same(size, actual.Size, what);
        MmioOperation operation = expected.Mnemonic == Mnemonic.Mov ? toMemory ? MmioOperation.Store : MmioOperation.Load : s_operations[expected.Mnemonic];
        Same(operation, actual.Operation, what);
        if (otherKind == OpKind.Register)
        {
            Same(register.GetNumber() + (register is Register.AH or Register.CH or Register.DH or Register.BH && register.GetNumber() < 4 ? 4 : 0), actual.Register, what);
            Same(register.GetSize(), actual.RegisterSize, what);
        }
        else
        {
            Same(-1, actual.Register, what);
            Same((uint)(expected.GetImmediate(1) & (uint.MaxValue >> (32 - (8 * size)))), actual.Immediate, what);
        }
        Same(expected.Mnemonic == Mnemonic.Movsx, actual.SignExtend, what);
        if (operation is not (MmioOperation.Load or MmioOperation.Store or MmioOperation.Test))
        {
            Same(toMemory, actual.MemoryIsDestination, what);
        }
    }

    static void Same<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            Assert.Fail($"{what}: {expected} is {actual}");
        }
    }

    sealed class Reader(byte[] code) : CodeReader
    {
        int _at;
        int _length;

        internal void Start(int length) => (_at, _length) = (0, length);

        public override int ReadByte() => _at < _length ? code[_at++] : -1;
    }
}
