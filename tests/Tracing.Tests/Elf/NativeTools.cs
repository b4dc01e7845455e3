using System.Diagnostics;

namespace BpfDashboard.Tracing.Tests.Elf;

/// <summary>The compiler and the inspectors of ELF files that some tests need, and the files they make.</summary>
internal static class NativeTools
{
    /// <summary>Skips the test, naming what is missing.</summary>
    public static void Require(params string[] programs)
    {
        var missing = programs.Where(program => !Exists(program)).ToList();
        Assert.SkipUnless(missing.Count == 0, $"needs {string.Join(", ", missing)} (gcc, binutils)");
    }

    /// <summary>Skips the test if gcc cannot include a header.</summary>
    public static void RequireHeader(string header, string package)
    {
        using var folder = new TemporaryFolder();
        var source = folder.Write("header.c", $"#include <{header}>\n");
        Assert.SkipUnless(Start("gcc", "-fsyntax-only", source).ExitCode == 0, $"needs {header} ({package})");
    }

    /// <summary>Compiles C into a program in the folder and returns its path.</summary>
    public static string Compile(TemporaryFolder folder, string name, string source, params string[] options)
    {
        var file = folder.Write($"{name}.c", source);
        var program = Path.Combine(folder.Path, name);
        Run("gcc", ["-o", program, file, .. options]);
        return program;
    }

    /// <summary>Runs a program and returns what it printed; fails the test if it fails.</summary>
    public static string Run(string program, params string[] arguments)
    {
        var (exitCode, output, errors) = Start(program, arguments);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)}: {errors}");
        return output;
    }

    private static (int ExitCode, string Output, string Errors) Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LC_ALL"] = "C" },
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)), $"{program} hangs");
        return (process.ExitCode, output, errors.GetAwaiter().GetResult());
    }

    private static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/sbin").Append("/usr/sbin")
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
