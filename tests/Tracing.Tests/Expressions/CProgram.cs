using System.Diagnostics;

namespace BpfDashboard.Tracing.Tests.Expressions;

/// <summary>Compiles a program of many statements with gcc, and runs it: what C itself makes of them.</summary>
internal static class CProgram
{
    private const string Head = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <fcntl.h>
        #include <netinet/in.h>
        #include <poll.h>
        #include <sched.h>
        #include <signal.h>
        #include <stdbool.h>
        #include <stdint.h>
        #include <stdio.h>
        #include <string.h>
        #include <sys/epoll.h>
        #include <sys/mman.h>
        #include <sys/socket.h>
        #include <sys/stat.h>
        typedef uint8_t u8; typedef int8_t s8; typedef uint16_t u16; typedef int16_t s16;
        typedef uint32_t u32; typedef int32_t s32; typedef unsigned long long u64; typedef long long s64;

        """;

    /// <summary>The lines that the statements print.</summary>
    public static IReadOnlyList<string> Run(string declarations, IEnumerable<string> statements)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/gcc"), "gcc is not installed");
        var folder = Directory.CreateTempSubdirectory("bpfdashboard-c-").FullName;
        try
        {
            var functions = statements.Chunk(200).Index().ToList();
            File.WriteAllText($"{folder}/test.c", $"{Head}{declarations}\n"
                + string.Concat(functions.Select(it => $"static void f{it.Index}(void) {{\n{string.Join('\n', it.Item)}\n}}\n"))
                + $"int main(void) {{ {string.Concat(functions.Select(it => $"f{it.Index}();"))} return 0; }}\n");
            Start("/usr/bin/gcc", "-w", "-O0", "-fwrapv", "-o", $"{folder}/test", $"{folder}/test.c");
            return Start($"{folder}/test").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Start(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!; // not null: no shell
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)), $"{program} does not end");
        Assert.True(process.ExitCode == 0, errors.Result);
        return output;
    }
}
