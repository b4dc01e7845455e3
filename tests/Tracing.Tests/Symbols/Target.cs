using System.Diagnostics;
using System.Globalization;

namespace BpfDashboard.Tracing.Tests.Symbols;

/// <summary>
/// A process to be symbolized. It prints <c>name address</c> lines in hexadecimal, then <c>ready</c>, and ends when its
/// input does.
/// </summary>
internal sealed class Target : IDisposable
{
    /// <summary>C that prints the address of a function, and the end of such a program.</summary>
    public const string Prelude = """
        #include <stdio.h>
        #include <stdlib.h>
        #define SAY(name) printf(#name " %lx\n", (unsigned long)&name)
        #define READY() do { puts("ready"); fflush(stdout); while (getchar() > 0) {} } while (0)

        """;

    private readonly Process process;
    private bool isDisposed;

    private Target(Process process, Dictionary<string, ulong> addresses)
    {
        this.process = process;
        Pid = process.Id;
        Addresses = addresses;
    }

    public int Pid { get; }

    public IReadOnlyDictionary<string, ulong> Addresses { get; }

    public static Target Start(string program, params string[] arguments) => Start(new ProcessStartInfo(program, arguments));

    public static Target Start(ProcessStartInfo start)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = true;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start");
        var target = new Target(process, []);
        try
        {
            return new Target(process, target.ReadAddresses());
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    /// <summary>Lets the program go on to the next time it says it is ready.</summary>
    public Dictionary<string, ulong> Continue()
    {
        process.StandardInput.Write('\n');
        process.StandardInput.Flush();
        return ReadAddresses();
    }

    /// <summary>Ends the program and waits until it is gone.</summary>
    public void End()
    {
        process.StandardInput.Close();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)), "the program does not end");
    }

    public void Dispose()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private Dictionary<string, ulong> ReadAddresses()
    {
        var addresses = new Dictionary<string, ulong>();
        while (ReadLine() is { } line && line != "ready")
        {
            if (line.Split(' ') is [var name, var address]
                && ulong.TryParse(address, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value))
            {
                addresses[name] = value;
            }
        }

        return addresses;
    }

    private string ReadLine()
    {
        var line = process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.True(line.Wait(TimeSpan.FromSeconds(30)), "the program says nothing");
        return line.Result ?? throw new InvalidOperationException("the program ended early");
    }
}
