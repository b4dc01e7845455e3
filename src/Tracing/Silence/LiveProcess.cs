using System.Globalization;
using System.Text;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Symbols;

namespace BpfDashboard.Tracing.Silence;

/// <summary>A file whose code a process maps.</summary>
/// <param name="lines">Its mappings, by ascending address.</param>
/// <param name="open">Finds what to open, and which file that is; asked when somebody wants to know.</param>
internal sealed class MappedCode(IReadOnlyList<MapsLine> lines, Func<(string Path, FileIdentity Identity)?> open)
{
    private readonly Lazy<(string Path, FileIdentity Identity)?> _file = new(open);

    public IReadOnlyList<MapsLine> Lines => lines;

    /// <summary>What to open to read it; null if that is not possible.</summary>
    public string? Opened => _file.Value?.Path;

    /// <summary>Of what is mapped; null if it cannot be opened.</summary>
    public FileIdentity? Identity => _file.Value?.Identity;

    /// <summary>The path in the process's own view.</summary>
    public string Path => IsDeleted ? Lines[0].Name[..^MapsLine.Deleted.Length] : Lines[0].Name;

    public bool IsDeleted => Lines[0].Name.EndsWith(MapsLine.Deleted, StringComparison.Ordinal);

    public string FileName => System.IO.Path.GetFileName(Path);

    public bool Is(FileIdentity? file) => file is not null && Identity == file;

    /// <summary>Whether it is that file, asked of many processes: those are not opened that can be told by name and number.</summary>
    public bool IsAmongMany(FileIdentity? file, string fileName) => (Lines[0].Inode == file?.Inode || FileName == fileName) && Is(file);
}

/// <summary>What /proc tells of one process now. It may end at any moment: then there is less to see.</summary>
internal sealed class LiveProcess
{
    private readonly string folder;
    private readonly ProcessView view;
    private readonly Lazy<IReadOnlyList<MappedCode>> code;

    public LiveProcess(string proc, int pid)
    {
        (Pid, folder, view) = (pid, $"{proc}/{pid}", new ProcessView(proc));
        code = new(ReadCode);
        Fields = [.. ReadText("status").Split('\n').Select(line => line.Split(':', 2)).Where(parts => parts.Length == 2)
            .Select(parts => (parts[0], parts[1].Trim()))];
    }

    public int Pid { get; }

    /// <summary>Whether it was there.</summary>
    public bool Exists => Field("Tgid") == $"{Pid}";

    /// <summary>Its short name; what it likes.</summary>
    public string Name => Field("Name");

    /// <summary>R, S, D, T (stopped), t (by a debugger), Z (ended, but its parent has not asked) …</summary>
    public char State => Field("State") is [var state, ..] ? state : '?';

    public int Parent => Number(Field("PPid"));

    /// <summary>Its number in each namespace of process numbers, the host's first.</summary>
    public IReadOnlyList<int> Numbers => [.. Field("NSpid").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Number)];

    /// <summary>"process 42 (nginx)".</summary>
    public string Title => $"process {Pid} ({Name})";

    /// <summary>The same at the beginning of a sentence.</summary>
    public string Subject => $"Process {Pid} ({Name})";

    /// <summary>The folder in which its files lie, if it sees other files than we do.</summary>
    public string? ForeignRoot => view.ForeignRoot(Pid);

    /// <summary>The files whose code it maps, in the order of their addresses.</summary>
    public IReadOnlyList<MappedCode> Code => code.Value;

    /// <summary>Its program.</summary>
    public MappedCode? Program => FileIdentity.Of($"{folder}/exe") is { } exe ? Code.FirstOrDefault(file => file.Is(exe)) : null;

    /// <summary>The mapping at an address.</summary>
    public (MappedCode Code, ulong FileOffset)? At(ulong address)
    {
        foreach (var file in Code)
        {
            foreach (var line in file.Lines.Where(line => address >= line.Start && address < line.End))
            {
                return (file, address - line.Start + line.Offset);
            }
        }

        return null;
    }

    /// <summary>
    /// How a command with <c>-p</c> names a file that the process maps: by its path, which is looked up as the process
    /// sees it; by the mapping if another file, or none, is there by now.
    /// </summary>
    public string TargetOf(MappedCode file)
    {
        var prefix = ForeignRoot;
        return !file.IsDeleted && new FileRoot(prefix ?? "").Open(file.Path) is { } there && file.Is(FileIdentity.Of(there))
            ? file.Path
            : $"/proc/{Pid}/map_files/{file.Lines[0].Range}";
    }

    /// <summary>A word of its memory; null if it cannot be read.</summary>
    public ulong? ReadWord(ulong address)
    {
        try
        {
            using var memory = File.OpenHandle($"{folder}/mem");
            Span<byte> word = stackalloc byte[sizeof(ulong)];
            return RandomAccess.Read(memory, word, (long)address) == word.Length ? BitConverter.ToUInt64(word) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private (string Name, string Value)[] Fields { get; }

    private string Field(string name) => Fields.FirstOrDefault(field => field.Name == name).Value ?? "";

    private string ReadText(string name) => Encoding.UTF8.GetString(FileCalls.ReadProc($"{folder}/{name}", 1 << 16));

    private static int Number(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private List<MappedCode> ReadCode()
    {
        var root = new FileRoot(ForeignRoot ?? "");
        return
        [
            .. view.Mappings(Pid).GroupBy(line => (line.Device, line.Inode, line.Name)).Select(group => group.ToArray())
                .Select(lines => new MappedCode(lines, () => Open(lines[0], root))),
        ];
    }

    // What is mapped, by the mapping where we may; else what the path leads to, if that is the same file.
    private (string Path, FileIdentity Identity)? Open(MapsLine line, FileRoot root)
    {
        var byMapping = $"{folder}/map_files/{line.Range}";
        if (FileIdentity.Of(byMapping) is { IsRegular: true } mapped)
        {
            return (byMapping, mapped);
        }

        return root.Open(line.Name) is { } path && FileIdentity.Of(path) is { } found && found.Inode == line.Inode
            ? (path, found)
            : null;
    }
}

/// <summary>All processes of the host, at the moment when they were first asked for.</summary>
internal sealed class HostProcesses(string proc)
{
    /// <summary>More are not looked at.</summary>
    private const int Most = 5000;

    private IReadOnlyList<LiveProcess>? all;

    public LiveProcess? Find(int pid) => new LiveProcess(proc, pid) is { Exists: true } process ? process : null;

    public IReadOnlyList<LiveProcess> All => all ??= List();

    /// <summary>Those that know themselves by a number that is another one here: processes of containers.</summary>
    public IEnumerable<LiveProcess> KnownInsideAs(int pid) =>
        All.Where(process => process.Numbers is [_, .., var inner] && inner == pid && process.Pid != pid);

    private IReadOnlyList<LiveProcess> List()
    {
        string[] folders;
        try
        {
            folders = Directory.GetDirectories(proc);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }

        return [.. folders.Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0).Order().Take(Most).Select(Find).OfType<LiveProcess>()];
    }
}
