using BpfDashboard.Client.Contracts;
using BpfDashboard.Server.Exports;

namespace BpfDashboard.Server.Tests;

/// <summary>Distributions as BCC's argdist prints them.</summary>
public sealed class DistributionExportTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Values_stand_with_their_names_the_most_frequent_last()
    {
        var scripted = new ScriptedDistributions("argdist -C 'p:c:write(int fd, char *b):int,char*:fd,b' -C 'p:c:write()#calls'");
        scripted.Count(0, 2, 1, "node");
        scripted.Count(0, 9, -7, "it's \"<b>\"\u001b");
        scripted.Count(0, 5, 3, null);
        scripted.Count(1, 16);
        Assert.Equal(
            "[12:00:00]\n"
            + "p:c:write(int fd, char *b):int,char*:fd,b\n"
            + "\tCOUNT      EVENT\n"
            + "\t2          fd = 1, b = b'node'\n"
            + "\t5          fd = 3, b = <fault>\n"
            + "\t9          fd = -7, b = b'it\\'s \"<b>\"\\x1b'\n"
            + "calls\n"
            + "\tCOUNT      EVENT\n"
            + "\t16         total calls\n",
            Text(scripted));
    }

    [Theory]
    [InlineData("line\n\t\r", @"b'line\n\t\r'")]
    [InlineData("back\\slash", @"b'back\\slash'")]
    [InlineData("it's", "b\"it's\"")]
    [InlineData("it's \"", "b'it\\'s \"'")]
    [InlineData("größe", @"b'gr\xc3\xb6\xc3\x9fe'")]
    [InlineData("", "b''")]
    public void Texts_stand_as_python_prints_bytes(string text, string printed)
    {
        var scripted = new ScriptedDistributions("argdist -C 'p:c:write(int fd, char *b):char*:b'");
        scripted.Count(0, 1, text);
        Assert.EndsWith($"\t1          b = {printed}\n", Text(scripted), StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_that_differ_in_what_is_no_text_do_not_look_alike()
    {
        var scripted = new ScriptedDistributions("argdist -C 'p:c:write(int fd, char *b):char*:b'");
        byte[][] texts = [[(byte)'a', 0xff], [(byte)'a', 0xfe], [0xc3, (byte)'b'], [0xef, 0xbf, 0xbd]];
        foreach (var text in texts)
        {
            scripted.Count(0, 1, [text]);
        }

        scripted.Tick();
        Assert.Equal([@"a\xff", @"a\xfe", @"\xc3b", "\ufffd"], Enumerable.Range(0, 4).Select(key => scripted.Exported.Cells(key)[0].Text));
    }

    [Theory]
    [InlineData("vfs_open", "O_WRONLY|O_CREAT")]
    [InlineData("vfs_*", "65")]
    [InlineData("*open", "O_WRONLY|O_CREAT")]
    public void A_number_is_called_by_a_name_only_if_it_is_called_so_at_all_functions(string functions, string text)
    {
        var scripted = new ScriptedDistributions($"argdist -C 'p::{functions}(void *file, int flags)::flags'");
        scripted.Count(0, 1, 65);
        scripted.Tick();
        Assert.Equal(text, scripted.Exported.Cells(0)[0].Text);
    }

    [Fact]
    public void An_expression_is_named_as_it_was_typed()
    {
        var scripted = new ScriptedDistributions("argdist -C 'p:c:write(int fd, long n):long,int:n/2+1, fd' -H 'r:c:write():u64:$latency/1000'");
        scripted.Count(0, 1, 4, 3);
        scripted.Measure(1, 1, 1);
        Assert.Contains("\t1          n/2+1 = 4, fd = 3\n     $latency/1000       : count", Text(scripted), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("u64", ulong.MaxValue, 7)]
    [InlineData("u64", ulong.MaxValue, 17)]
    [InlineData("u64", 1ul << 63, 3)]
    [InlineData("u64", 0x7f1234567890ul, 1_000_000)]
    [InlineData("s64", 1ul << 63, 5)]
    [InlineData("s64", long.MaxValue, 6)]
    [InlineData("s64", unchecked((ulong)-1000), 9)]
    public void A_sum_does_not_wrap(string type, ulong value, long count)
    {
        var scripted = new ScriptedDistributions($"argdist -H 'p:c:write(int fd, long n):{type}:n'");
        var isSigned = type == "s64";
        scripted.Measure(0, (long)value, count, isSigned);
        scripted.Tick();
        var expected = (isSigned ? (Int128)(long)value : value) * count;
        Assert.Equal((double)expected, scripted.Recording.Fold(0, scripted.Recording.End).Distributions!.Sums.Single()); // it has some
    }

    [Fact]
    public void Only_so_many_lines_as_are_asked_for_stand_there()
    {
        var scripted = new ScriptedDistributions("argdist -T 2 -C 'p:c:write(int fd):int:fd'");
        foreach (var fd in Enumerable.Range(1, 5))
        {
            scripted.Count(0, fd, fd);
        }

        Assert.EndsWith("EVENT\n\t4          fd = 4\n\t5          fd = 5\n", Text(scripted));
    }

    /// <summary>The example that was printed by BCC's own formatter.</summary>
    [Fact]
    public void A_histogram_looks_as_bccs()
    {
        var scripted = new ScriptedDistributions("argdist -H 'p:c:write(int fd, char *b, long len):long:len'");
        scripted.Measure(0, 2, 1);
        scripted.Measure(0, 3, 1);
        scripted.Measure(0, 33, 2);
        scripted.Measure(0, 50, 3);
        scripted.Measure(0, 63, 1);
        Assert.Equal(
            "[12:00:00]\n"
            + "     len                 : count     distribution\n"
            + "         0 -> 1          : 0        |                                        |\n"
            + "         2 -> 3          : 2        |*************                           |\n"
            + "         4 -> 7          : 0        |                                        |\n"
            + "         8 -> 15         : 0        |                                        |\n"
            + "        16 -> 31         : 0        |                                        |\n"
            + "        32 -> 63         : 6        |****************************************|\n",
            Text(scripted));
    }

    [Fact]
    public void Large_values_take_wide_columns_and_half_the_stars()
    {
        var scripted = new ScriptedDistributions("argdist -H 'p:c:write(int fd, char *b, long len):long:len#a label'");
        scripted.Measure(0, 1L << 40, 4);
        scripted.Measure(0, 1, 1);
        var lines = Text(scripted).Split('\n');
        Assert.Equal("               a label                       : count     distribution", lines[1]);
        Assert.Equal("                   0 -> 1                    : 1        |*****               |", lines[2]);
        Assert.Equal("       1099511627776 -> 2199023255551        : 4        |********************|", lines[42]);
    }

    [Fact]
    public void Values_below_zero_have_rows_and_so_has_each_key()
    {
        var scripted = new ScriptedDistributions("argdist -H 'r:c:write(int fd):int,int:$entry(fd),$retval'");
        scripted.Measure(0, -1, 1, 3);
        scripted.Measure(0, -6, 2, 3);
        scripted.Measure(0, 1, 1, 4);
        Assert.Equal(
            "[12:00:00]\n"
            + "\nfd = 3\n"
            + "     $retval             : count     distribution\n"
            + "        -7 -> -4         : 2        |****************************************|\n"
            + "        -3 -> -2         : 0        |                                        |\n"
            + "        -1 -> -1         : 1        |********************                    |\n"
            + "         0 -> 1          : 0        |                                        |\n"
            + "\nfd = 4\n"
            + "     $retval             : count     distribution\n"
            + "         0 -> 1          : 1        |****************************************|\n",
            Text(scripted));
    }

    [Fact]
    public void Equal_buckets_are_named_by_where_they_begin()
    {
        var scripted = new ScriptedDistributions("argdist --linear 0,20,10 -H 'p:c:write(int fd):int:fd'");
        scripted.Measure(0, -5, 1);
        scripted.Measure(0, 12, 4);
        scripted.Measure(0, 99, 2);
        Assert.Equal(
            "[12:00:00]\n"
            + "     fd            : count     distribution\n"
            + "        < 0        : 1        |**********                              |\n"
            + "        0          : 0        |                                        |\n"
            + "        10         : 4        |****************************************|\n"
            + "        >= 20      : 2        |********************                    |\n",
            Text(scripted));
    }

    [Fact]
    public void Nothing_is_printed_of_an_empty_histogram() =>
        Assert.Equal("[12:00:00]\n", Text(new ScriptedDistributions("argdist -H 'r:c:write()'")));

    [Fact]
    public void What_is_in_none_of_them_is_said_with_the_reason() => Assert.Equal(
        "Possibly lost 3 samples (the map was full)\n",
        BccExport.Lost([new LossInfo("mapFull", "the map was full", 3)]));

    private static string Text(ScriptedDistributions scripted)
    {
        scripted.Tick();
        return new BccDistributions(scripted.Exported).Block(scripted.Recording.Fold(0, 1), Noon).ToString();
    }
}
