using System.Buffers.Text;
using BpfDashboard.Tracing.Cpu;

namespace BpfDashboard.Tracing.Binding;

/// <summary>Reads the folder <c>events</c> of tracefs: one folder per category, in it one per event.</summary>
internal static class TracefsEvents
{
    /// <summary>The events in the order category, event.</summary>
    /// <param name="roots">Where tracefs may be mounted, best first.</param>
    public static (List<Tracepoint> Events, string? Problem) Read(IEnumerable<string> roots)
    {
        var unreadable = default(string);
        foreach (var root in roots)
        {
            try
            {
                if (Directory.Exists($"{root}/events"))
                {
                    return (ReadEvents($"{root}/events"), null);
                }

                // Without the right to search the folder, what is in it looks as if it did not exist.
                _ = Directory.EnumerateFileSystemEntries(root).FirstOrDefault();
            }
            catch (DirectoryNotFoundException)
            {
            }
            catch (Exception e) when (e is UnauthorizedAccessException or IOException)
            {
                unreadable ??= $"tracefs ({root}) is not readable by this user";
            }
        }

        return ([], unreadable ?? "tracefs is not mounted (mount -t tracefs tracefs /sys/kernel/tracing)");
    }

    private static List<Tracepoint> ReadEvents(string folder)
    {
        var events = new List<Tracepoint>();
        foreach (var category in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            foreach (var path in Directory.GetDirectories(category).Order(StringComparer.Ordinal))
            {
                if (ReadId($"{path}/id") is { } id)
                {
                    events.Add(Describe(Path.GetFileName(category), Path.GetFileName(path), id));
                }
            }
        }

        return events;
    }

    internal static Tracepoint Describe(string category, string name, int id) => category switch
    {
        "ftrace" => new(category, name, id, WhyNot: "it only describes a record of the function tracer; it never fires"),
        "syscalls" => new(category, name, id, SyscallOf(name)),
        _ => new(category, name, id),
    };

    private static SyscallPoint? SyscallOf(string name)
    {
        const string enter = "sys_enter_", exit = "sys_exit_";
        var isExit = name.StartsWith(exit, StringComparison.Ordinal);
        return (isExit || name.StartsWith(enter, StringComparison.Ordinal))
            && X64Syscalls.NumberOfEvent(name[(isExit ? exit : enter).Length..]) is { } number
                ? new SyscallPoint(number, isExit)
                : null;
    }

    /// <summary>The number in the file; 0 if it cannot be read; null if there is no file: then it is no event.</summary>
    private static int? ReadId(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, share: FileShare.ReadWrite);
            Span<byte> text = stackalloc byte[16];
            return Utf8Parser.TryParse(text[..RandomAccess.Read(file, text, 0)], out int id, out _) ? id : 0;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return 0;
        }
    }
}
