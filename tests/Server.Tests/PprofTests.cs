using System.Diagnostics;
using System.Runtime.CompilerServices;
using BpfDashboard.Server.Exports;

namespace BpfDashboard.Server.Tests;

/// <summary>The pprof export, read by somebody else's reader.</summary>
public sealed class PprofTests
{
    private const int Timeout = 30_000;

    [Fact(Timeout = Timeout)]
    public async Task Another_reader_finds_every_stack_with_its_labels_and_modules() => Assert.Equal(
        """
        types events/count
        time 1893592930020000000 for 400000000
        comment funccount c:submit_bio
        comment 17 not shown: they came faster than they could be read
        1005 pid=15015 comm=sshd: submit_bio{kernel} < ext4_writepages{ext4} < std::vector<int>::write(int){/usr/sbin/sshd} < _start{/usr/sbin/sshd}
        3 pid=101 tid=7 cpu=2 comm=ngi;nx\u001b: submit_bio{kernel} < [unknown]
        4 pid=102 tid=8 cpu=3 comm=ngi;nx\u001b: submit_bio{kernel} < [unknown]
        2 pid=15015 comm=sshd: 
        1 pid=101 tid=7 cpu=2 comm=ngi;nx\u001b: inl{/usr/bin/node} < LazyCompile:~a\u001b[2J < main{/usr/bin/node}

        """,
        await ReadAsync("P"));

    [Fact(Timeout = Timeout)]
    public async Task Addresses_of_the_kernel_keep_their_highest_bits()
    {
        var text = await ReadAsync("Psv");
        Assert.Contains("submit_bio{kernel}@ffffffff81000000 < ext4_writepages{ext4}@ffffffffc0100000 < ", text, StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(string flags, [CallerFilePath] string source = "")
    {
        var test = new TestManager();
        var id = await StackExportTests.RecordAsync(test, flags);
        var path = Path.GetTempFileName();
        await using (var target = File.Create(path))
        {
            await PprofExport.WriteAsync(new ExportedSlice(test.Sessions.FindSession(id)!, null, null), target);
        }

        var reader = Path.Combine(Path.GetDirectoryName(source)!, "Readers", "read-pprof.mjs");
        using var node = Process.Start(new ProcessStartInfo("node", [reader, path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = node.StandardOutput.ReadToEndAsync(TestManager.Cancel);
        Assert.Equal("", await node.StandardError.ReadToEndAsync(TestManager.Cancel));
        File.Delete(path);
        return await output;
    }
}
