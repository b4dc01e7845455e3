using System.Text;
using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Binding;

/// <summary>
/// From the target of a user probe to a file, by BCC's rule: a path is a path; else the first library in the cache
/// of ld.so; else a program on the PATH; and, beyond BCC, else a library that the process given by <c>-p</c> maps.
/// </summary>
internal sealed class BinaryFinder(HostPaths paths)
{
    private readonly ProcessView processes = new(paths.Proc);

    public BinaryLookup Find(string target, int? pid)
    {
        var found = FindNow(target, pid);
        var path = found.DisplayPath ?? found.Path ?? (target.StartsWith('/') ? target : null);
        return pid is { } id && path is not null && processes.DeletedFile(id, RealPath(path)) is { } deleted
            && FileIdentity.Of(deleted) is { IsRegular: true }
                ? new BinaryLookup(deleted, DisplayPath: $"{path} (deleted, still used by process {id})")
                : found;
    }

    /// <summary>The path without symbolic links, as the kernel prints it in maps.</summary>
    internal static string RealPath(string path)
    {
        var folder = Path.GetDirectoryName(path) is { Length: > 1 } parent ? RealPath(parent) : "/";
        var here = Path.Combine(folder, Path.GetFileName(path));
        try
        {
            return File.ResolveLinkTarget(here, returnFinalTarget: true) is { } target && target.FullName != here
                ? RealPath(target.FullName)
                : here;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return here;
        }
    }

    private BinaryLookup FindNow(string target, int? pid)
    {
        var prefix = pid is { } id ? processes.ForeignRoot(id) : null;
        var root = new FileRoot(prefix ?? paths.Root);
        return target.Contains('/', StringComparison.Ordinal)
            ? FindPath(target, root, prefix)
            : FindName(target, root, prefix, pid);
    }

    private static BinaryLookup FindPath(string target, FileRoot root, string? prefix)
    {
        if (target.Contains('\0', StringComparison.Ordinal))
        {
            return new BinaryLookup(null, "a path cannot contain a zero character");
        }

        // A relative path means the server's working folder. A path of another mount namespace that does not exist
        // there may still be meant as one of ours. Links of map_files lead to files that may have no path any more, or one
        // that is another file by now: only the kernel can follow them.
        var full = Path.GetFullPath(target);
        var isForeign = prefix is not null && target.StartsWith('/') && !full.Contains("/map_files/", StringComparison.Ordinal);
        if (isForeign && root.Open(full) is { } inside)
        {
            return Found(inside, full);
        }

        return new FileRoot("").Open(full) is { } path ? Found(path, full) : Missing(full);
    }

    private static BinaryLookup Missing(string full)
    {
        var folder = Path.GetDirectoryName(full) ?? "/";
        var near = Suggestions.Nearest(Path.GetFileName(full), new FileRoot("").Files(folder), 3);
        var problem = Directory.Exists(full) ? $"{full} is a folder" : $"there is no file {full}";
        return new BinaryLookup(null, problem, [.. near.Select(name => Path.Combine(folder, name))]);
    }

    private BinaryLookup FindName(string target, FileRoot root, string? prefix, int? pid)
    {
        var names = new LibraryName(target);
        foreach (var library in root.Libraries().Where(library => names.Matches(library.Name)))
        {
            if (root.Open(library.Path) is { } path)
            {
                return Found(path, library.Path);
            }
        }

        foreach (var program in paths.ProgramFolders.Select(folder => $"{folder}/{target}"))
        {
            if (root.Open(program) is { } path && FileIdentity.Of(path) is { IsExecutable: true })
            {
                return Found(path, program);
            }
        }

        return FindMapped(names, prefix, pid) ?? new BinaryLookup(
            null, $"there is no library or program '{target}'", Suggestions.Nearest(target, KnownNames(root), 3));
    }

    private BinaryLookup? FindMapped(LibraryName names, string? prefix, int? pid) =>
        (pid is { } id ? processes.MappedFiles(id) : [])
        .Where(path => names.MatchesMapped(Path.GetFileName(path)))
        .Select(path => new FileRoot(prefix ?? "").Open(path) is { } opened ? Found(opened, path) : null)
        .FirstOrDefault(found => found is not null);

    private IEnumerable<string> KnownNames(FileRoot root) =>
        root.Libraries().Select(library => LibraryName.Stem(library.Name))
            .Concat(paths.ProgramFolders.SelectMany(root.Files))
            .Distinct();

    private static BinaryLookup Found(string path, string display) =>
        FileStart.Read(path) is [(byte)'#', (byte)'!', .. var line]
            ? new BinaryLookup(
                null, $"{display} is a script run by {Interpreter(line)}, not a program; probe that instead")
            : new BinaryLookup(path, DisplayPath: path == display ? null : display);

    // "#!/usr/bin/env python3" and "#! /bin/sh -e" both occur.
    private static string Interpreter(ReadOnlySpan<byte> line)
    {
        var end = line.IndexOf((byte)'\n');
        var words = Encoding.UTF8.GetString(end < 0 ? line : line[..end])
            .Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words switch
        {
            [var env, var program, ..] when env.EndsWith("/env", StringComparison.Ordinal) => program,
            [var program, ..] => program,
            _ => "an interpreter",
        };
    }
}

/// <summary>The names of library files that a target may mean.</summary>
internal sealed class LibraryName
{
    private readonly string target;
    private readonly string[] prefixes;

    /// <param name="target">
    /// <c>c</c> or <c>libc</c> (any version), <c>ssl.so.3</c> or <c>libssl.so.3</c> (that one), <c>ld-linux-x86-64</c>.
    /// </param>
    public LibraryName(string target)
    {
        this.target = target;
        var stem = target.Contains(".so", StringComparison.Ordinal) ? target : $"{target}.so";
        prefixes = [$"lib{stem}", stem];
    }

    /// <summary>Whether this file name is meant; <c>ssl.so.1</c> does not mean <c>libssl.so.10</c>.</summary>
    public bool Matches(string fileName) => prefixes.Any(prefix =>
        fileName.StartsWith(prefix, StringComparison.Ordinal)
        && (fileName.Length == prefix.Length || fileName[prefix.Length] == '.'));

    /// <summary>Also the file itself, and musl's libc, whose only name is that of its loader.</summary>
    public bool MatchesMapped(string fileName) =>
        Matches(fileName) || fileName == target
        || (target is "c" or "libc" && fileName.StartsWith("ld-musl-", StringComparison.Ordinal));

    /// <summary><c>libc.so.6</c> → <c>c</c>.</summary>
    public static string Stem(string fileName)
    {
        var end = fileName.IndexOf(".so", StringComparison.Ordinal);
        var stem = end > 0 ? fileName[..end] : fileName;
        return stem.StartsWith("lib", StringComparison.Ordinal) ? stem[3..] : stem;
    }
}
