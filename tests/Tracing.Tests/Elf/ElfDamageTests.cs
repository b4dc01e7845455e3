using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Elf;

namespace BpfDashboard.Tracing.Tests.Elf;

/// <summary>Whatever a file contains, reading it ends with a result or a <see cref="BinaryFormatException"/>.</summary>
public sealed class ElfDamageTests
{
    private const string Victim = "/bin/true";

    [Fact(Timeout = 120_000)]
    public async Task A_program_cut_anywhere_is_read_or_refused() =>
        await Task.Run(() =>
        {
            var whole = File.ReadAllBytes(Victim);
            var cuts = Enumerable.Range(0, 130).Concat(Enumerable.Range(1, 150).Select(i => whole.Length * i / 151));
            var outcomes = cuts.Select(length => IsRead(whole[..length])).ToList();
            Assert.Contains(false, outcomes);
        }, TestContext.Current.CancellationToken);

    [Fact(Timeout = 120_000)]
    public async Task A_program_with_flipped_bits_is_read_or_refused() =>
        await Task.Run(() =>
        {
            var whole = File.ReadAllBytes(Victim);
            var random = new Random(4711);
            var interesting = InterestingOffsets(whole);
            var outcomes = new List<bool>();
            for (var round = 0; round < 1500; round++)
            {
                var damaged = whole.ToArray();
                for (var flips = random.Next(1, 5); flips > 0; flips--)
                {
                    var at = interesting[random.Next(interesting.Count)];
                    damaged[at] = random.Next(3) == 0 ? (byte)0xff : (byte)(damaged[at] ^ (1 << random.Next(8)));
                }

                outcomes.Add(IsRead(damaged));
            }

            Assert.Contains(true, outcomes);
            Assert.Contains(false, outcomes);
        }, TestContext.Current.CancellationToken);

    [Fact]
    public void A_million_symbols_with_one_long_name_are_refused()
    {
        Assert.SkipUnless(File.Exists(Victim), $"{Victim} is missing");
        var file = HostileSymbols(symbols: 1_000_000, nameLength: 8000);
        Assert.False(IsRead(file));
    }

    // Flips in code change nothing that is read: headers, section headers and the small tables do.
    private static List<int> InterestingOffsets(byte[] file)
    {
        var sections = (int)BitConverter.ToUInt64(file, 40);
        var offsets = Enumerable.Range(0, 64 + (13 * 56)).Concat(Enumerable.Range(sections, file.Length - sections)).ToList();
        for (var at = sections; at + 64 <= file.Length; at += 64)
        {
            const uint symbolTable = 11, strings = 3, note = 7, dynamic = 6, versionDefinitions = 0x6ffffffd;
            if (BitConverter.ToUInt32(file, at + 4) is symbolTable or strings or note or dynamic or versionDefinitions)
            {
                var (start, size) = (BitConverter.ToUInt64(file, at + 24), BitConverter.ToUInt64(file, at + 32));
                offsets.AddRange(Enumerable.Range((int)start, (int)size));
            }
        }

        return [.. offsets.Where(offset => offset >= 4 && offset < file.Length)];
    }

    /// <summary>One executable segment, a string table with one long name, and symbols that all have it.</summary>
    private static byte[] HostileSymbols(int symbols, int nameLength)
    {
        const int segmentAt = 64, sectionsAt = 120, sectionCount = 3;
        const int stringsAt = sectionsAt + (sectionCount * 64);
        var stringsSize = nameLength + 2;
        var symbolsAt = (stringsAt + stringsSize + 7) & ~7;
        var file = new byte[symbolsAt + (symbols * 24)];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(file);
        Put16(16, 3);
        Put16(18, 62);
        Put32(20, 1);
        Put64(32, segmentAt);
        Put64(40, sectionsAt);
        Put16(52, 64);
        Put16(54, 56);
        Put16(56, 1);
        Put16(58, 64);
        Put16(60, sectionCount);
        Put32(segmentAt, 1);
        Put32(segmentAt + 4, 5);
        Put64(segmentAt + 32, file.Length);
        Put64(segmentAt + 40, file.Length);
        Section(1, type: 3, stringsAt, stringsSize, link: 0, entry: 0);
        Section(2, type: 11, symbolsAt, symbols * 24, link: 1, entry: 24);
        file.AsSpan(stringsAt + 1, nameLength).Fill((byte)'a');
        for (var at = symbolsAt; at < file.Length; at += 24)
        {
            Put32(at, 1);
            file[at + 4] = 2;
            Put16(at + 6, 1);
        }

        return file;

        void Section(int index, int type, int offset, int size, int link, int entry)
        {
            var at = sectionsAt + (index * 64);
            Put32(at + 4, type);
            Put64(at + 24, offset);
            Put64(at + 32, size);
            Put32(at + 40, link);
            Put64(at + 48, 8);
            Put64(at + 56, entry);
        }

        void Put16(int at, int value) => BitConverter.TryWriteBytes(file.AsSpan(at), (ushort)value);
        void Put32(int at, int value) => BitConverter.TryWriteBytes(file.AsSpan(at), value);
        void Put64(int at, long value) => BitConverter.TryWriteBytes(file.AsSpan(at), value);
    }

    private static bool IsRead(byte[] content)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "file");
        File.WriteAllBytes(path, content);
        try
        {
            var binary = ElfBinary.Read(path);
            Assert.All(binary.Functions, function => Assert.InRange(function.FileOffset, 0ul, (ulong)long.MaxValue));
            return true;
        }
        catch (BinaryFormatException e)
        {
            Assert.Contains(path, e.Message);
            return false;
        }
    }
}
