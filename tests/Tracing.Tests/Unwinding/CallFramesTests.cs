using System.Globalization;
using System.Text.RegularExpressions;
using BpfDashboard.Tracing.Symbols;
using BpfDashboard.Tracing.Tests.Elf;
using BpfDashboard.Tracing.Unwinding;

namespace BpfDashboard.Tracing.Tests.Unwinding;

/// <summary>Tables of real files against what binutils prints of them.</summary>
public sealed partial class CallFramesTests
{
    private const string Victim = "/bin/true";

    public static TheoryData<string> Files =>
    [
        Victim,
        "/bin/bash",
        .. OwnMappings().Select(mapping => mapping.Name)
            .Where(path => LibcOrLoader().IsMatch(path)).Distinct(),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_row_that_readelf_prints_is_in_the_table(string file)
    {
        NativeTools.Require("readelf");
        var table = CallFrames.Read(file);
        var described = Described(NativeTools.Run("readelf", "-wFN", file)).ToList();
        Assert.True(described.Count > 100, "readelf printed nothing of use");
        foreach (var (address, cfa, framePointer, returnAddress) in described)
        {
            var found = Find(table, address - table.Lowest);
            Assert.True(
                Matches(found, cfa, framePointer, returnAddress),
                $"{address:x}: readelf says {cfa}, rbp {framePointer}, ra {returnAddress}; the table says {found}");
        }
    }

    [Fact]
    public void Libc_has_the_frame_of_signals()
    {
        var libc = Files.Select(file => file.Data).First(file => file.Contains("libc", StringComparison.Ordinal));
        Assert.Contains(
            CallFrames.Read(libc).Rows, row => UnwindRule.Unpack(row.Rule).Cfa == CfaKind.SignalFrame);
    }

    [Fact]
    public void The_vdso_has_a_table()
    {
        Assert.SkipWhen(
            OwnMappings().All(mapping => mapping.Name != Vdso.Name), "this kernel maps no vdso");
        Assert.True(CallFrames.ReadVdso().Rows.Length > 5);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("/nowhere")]
    [InlineData("/dev/null")]
    [InlineData("/proc/self/maps")]
    public void What_is_no_program_has_an_empty_table(string path) => Assert.Empty(CallFrames.Read(path).Rows);

    [Fact(Timeout = 120_000)]
    public async Task Damaged_files_have_sorted_tables_or_none() =>
        await Task.Run(() =>
        {
            using var folder = new TemporaryFolder();
            var whole = File.ReadAllBytes(Victim);
            var random = new Random(17);
            var path = Path.Combine(folder.Path, "damaged");
            var lengths = new HashSet<int>();
            for (var round = 0; round < 600; round++)
            {
                File.WriteAllBytes(path, Damage(whole, random));
                var rows = CallFrames.Read(path).Rows;
                lengths.Add(rows.Length);
                Assert.True(rows.Zip(rows.Skip(1)).All(pair => pair.First.Address < pair.Second.Address));
            }

            Assert.Contains(0, lengths);
            Assert.True(lengths.Count > 10, "nothing was damaged that matters");
        }, TestContext.Current.CancellationToken);

    private static List<MapsLine> OwnMappings() => ProcessMaps.Parse(File.ReadAllBytes("/proc/self/maps"));

    private static byte[] Damage(byte[] whole, Random random)
    {
        var copy = whole.ToArray();
        for (var flips = random.Next(1, 60); flips > 0; flips--)
        {
            var at = random.Next(5) == 0 ? random.Next(1000) : random.Next(copy.Length);
            copy[at] = random.Next(2) == 0 ? (byte)0xff : (byte)(copy[at] ^ (1 << random.Next(8)));
        }

        return random.Next(10) == 0 ? copy[..random.Next(copy.Length)] : copy;
    }

    private static UnwindRule Find(UnwindTable table, ulong address)
    {
        var row = table.Rows.LastOrDefault(row => row.Address <= address);
        return UnwindRule.Unpack(row.Rule);
    }

    private static bool Matches(UnwindRule found, string cfa, string framePointer, string returnAddress)
    {
        if (returnAddress == "u")
        {
            return found.Cfa == CfaKind.Outermost;
        }

        if (returnAddress.Length == 0 && found.Cfa == CfaKind.Outermost)
        {
            return true;
        }

        // Expressions are known by what they do elsewhere: here it is enough that they are not taken for an offset.
        if (cfa == "exp")
        {
            return found.Cfa is CfaKind.Plt or CfaKind.SignalFrame or CfaKind.AtFramePointer
                or CfaKind.AtStackPointer or CfaKind.Unknown;
        }

        var kind = cfa[..3] switch { "rsp" => CfaKind.StackPointer, "rbp" => CfaKind.FramePointer, _ => CfaKind.Unknown };
        var expected = returnAddress is not ("c-8" or "") || kind == CfaKind.Unknown
            ? UnwindRule.Unknown
            : WithSaved(new UnwindRule(kind, int.Parse(cfa[3..], CultureInfo.InvariantCulture)), framePointer);
        return found == expected || (framePointer == "exp" && found.Cfa == kind);
    }

    private static UnwindRule WithSaved(UnwindRule rule, string framePointer) => framePointer.StartsWith('c')
        ? rule with
        {
            Saved = SavedFramePointer.AtCfa,
            SavedOffset = int.Parse(framePointer[1..], CultureInfo.InvariantCulture),
        }
        : rule;

    /// <summary>
    /// Rows of <c>readelf -wFN</c> (N: not those of a separate debug file). A function's heading names its range and the columns; one without rows is as its
    /// CIE says, or is an outermost one, of which readelf prints nothing.
    /// </summary>
    private static IEnumerable<(ulong Address, string Cfa, string FramePointer, string ReturnAddress)> Described(string text)
    {
        string[] columns = [];
        (ulong Start, ulong End)? function = null;
        var rows = 0;
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (Heading().Match(line) is { Success: true } heading)
            {
                (function, rows) = ((Hex(heading.Groups[1].Value), Hex(heading.Groups[2].Value)), 0);
            }
            else if (line.Contains(" CIE ", StringComparison.Ordinal))
            {
                function = null;
            }
            else if (words is ["LOC", ..])
            {
                columns = words;
            }
            else if (function is { } inside && words.Length == 0 && rows == 0 && inside.Start < inside.End)
            {
                yield return (inside.Start, "rsp+8", "u", "");
                function = null;
            }
            else if (function is not null && words.Length > 2 && words.Length == columns.Length)
            {
                rows++;
                var framePointer = Array.IndexOf(columns, "rbp");
                yield return (Hex(words[0]), words[1], framePointer < 0 ? "u" : words[framePointer], words[^1]);
            }
        }
    }

    private static ulong Hex(string text) => ulong.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    [GeneratedRegex(@" FDE .*pc=([0-9a-f]+)\.\.([0-9a-f]+)")]
    private static partial Regex Heading();

    [GeneratedRegex(@"/(libc|ld-linux-x86-64)\.so")]
    private static partial Regex LibcOrLoader();
}
