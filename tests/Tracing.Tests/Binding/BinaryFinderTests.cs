using System.Diagnostics;
using BpfDashboard.Tracing.Binding;
using BpfDashboard.Tracing.Tests.Elf;

namespace BpfDashboard.Tracing.Tests.Binding;

public sealed class BinaryFinderTests
{
    private const string Program = "/bin/true";

    [Fact]
    public void The_cache_of_ld_so_is_read_as_ldconfig_reads_it()
    {
        NativeTools.Require("ldconfig");
        Assert.SkipUnless(File.Exists("/etc/ld.so.cache"), "there is no /etc/ld.so.cache");
        var expected = NativeTools.Run("/sbin/ldconfig", "-p").Split('\n')
            .Where(line => line.Contains("(libc6,x86-64", StringComparison.Ordinal))
            .Select(line => line.Split(" => ") is [var name, var path] ? (name.Trim().Split(' ')[0], path.Trim()) : default)
            .ToList();
        var libraries = LdCache.Read(File.ReadAllBytes("/etc/ld.so.cache"));
        Assert.NotNull(libraries);
        Assert.Equal(expected, libraries.Select(library => (library.Name, library.Path)));
    }

    [Fact]
    public void A_cache_that_is_none_or_damaged_gives_what_can_be_read()
    {
        Assert.Null(LdCache.Read([]));
        Assert.Null(LdCache.Read("ld.so-1.7.0"u8));
        Assert.SkipUnless(File.Exists("/etc/ld.so.cache"), "there is no /etc/ld.so.cache");
        var whole = File.ReadAllBytes("/etc/ld.so.cache");
        var all = LdCache.Read(whole)?.Count;
        Assert.All(Enumerable.Range(48, 500), length => Assert.True(LdCache.Read(whole.AsSpan(0, length))?.Count <= all));
    }

    [Theory]
    [InlineData("c", "libc.so.6", true)]
    [InlineData("libc", "libc.so.6", true)]
    [InlineData("ssl.so.3", "libssl.so.3", true)]
    [InlineData("libssl.so.3", "libssl.so.3", true)]
    [InlineData("ssl.so.1", "libssl.so.1.1", true)]
    [InlineData("ssl.so.1", "libssl.so.10", false)]
    [InlineData("c", "libcap.so.2", false)]
    [InlineData("c", "libc_malloc_debug.so.0", false)]
    [InlineData("libfoo", "liblibfoo.so.1", true)]
    [InlineData("ld-linux-x86-64", "ld-linux-x86-64.so.2", true)]
    public void A_library_is_meant_by_its_stem_or_its_file_name(string target, string file, bool isMeant) =>
        Assert.Equal(isMeant, new LibraryName(target).Matches(file));

    [Fact]
    public void A_program_is_found_on_the_path_unless_it_is_a_folder_or_not_executable()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory($"{folder.Path}/first/tool");
        folder.Write("second/tool", "not executable");
        Directory.CreateDirectory($"{folder.Path}/third");
        File.Copy(Program, $"{folder.Path}/third/tool");
        var finder = new BinaryFinder(new HostPaths
        {
            ProgramFolders = [$"{folder.Path}/first", $"{folder.Path}/second", $"{folder.Path}/third"],
        });
        Assert.Equal(new BinaryLookup($"{folder.Path}/third/tool"), finder.Find("tool", null));
    }

    [Theory]
    [InlineData("#!/usr/bin/env python3\nprint()", "python3")]
    [InlineData("#! /bin/sh -e\n", "/bin/sh")]
    [InlineData("#!/bin/bash", "/bin/bash")]
    [InlineData("#!", "an interpreter")]
    public void A_script_is_said_to_be_one(string content, string interpreter)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("script", content);
        Assert.Equal(
            new BinaryLookup(null, $"{path} is a script run by {interpreter}, not a program; probe that instead"),
            new BinaryFinder(new HostPaths()).Find(path, null));
    }

    [Fact]
    public void A_path_that_leads_nowhere_names_its_neighbours()
    {
        using var folder = new TemporaryFolder();
        folder.Write("contentions", "x");
        var finder = new BinaryFinder(new HostPaths());
        var lookup = finder.Find($"{folder.Path}/contentins", null);
        Assert.Equal($"there is no file {folder.Path}/contentins", lookup.Problem);
        Assert.Equal([$"{folder.Path}/contentions"], lookup.Nearest ?? []);
        Assert.Equal($"{folder.Path} is a folder", finder.Find($"{folder.Path}/.", null).Problem?.TrimEnd('/'));
        Assert.Null(finder.Find("bad\0/name", null).Path);
    }

    [Fact]
    public void A_name_that_nothing_has_names_near_ones()
    {
        var lookup = new BinaryFinder(new HostPaths()).Find("pthred", null);
        Assert.Equal("there is no library or program 'pthred'", lookup.Problem);
        Assert.Contains("pthread", lookup.Nearest ?? []);
    }

    [Fact]
    public void A_process_with_a_root_of_its_own_is_asked_for_its_files()
    {
        using var folder = new TemporaryFolder();
        var root = Container(folder, pid: 7);
        Directory.CreateDirectory($"{root}/opt/v2");
        Directory.CreateDirectory($"{root}/usr/lib");
        File.Copy(Program, $"{root}/opt/v2/libdemo.so.2.1");

        // An absolute link means the container's /opt, not ours.
        File.CreateSymbolicLink($"{root}/usr/lib/libdemo.so.2", "/opt/current/../current/libdemo.so.2.1");
        File.CreateSymbolicLink($"{root}/opt/current", "v2");
        var finder = new BinaryFinder(new HostPaths { Proc = $"{folder.Path}/proc" });
        var expected = new BinaryLookup($"{root}/opt/v2/libdemo.so.2.1", DisplayPath: "/usr/lib/libdemo.so.2");
        Assert.Equal(expected, finder.Find("demo", 7));
        Assert.Equal(expected, finder.Find("/usr/lib/libdemo.so.2", 7));
        Assert.Null(finder.Find("demo", null).Path);

        File.CreateSymbolicLink($"{root}/usr/lib/liblost.so.1", "liblost.so.1");
        Assert.Null(finder.Find("/usr/lib/liblost.so.1", 7).Path);
        File.CreateSymbolicLink($"{root}/usr/lib/out.so.1", $"../../../../../../../..{Program}");
        Assert.Null(finder.Find("/usr/lib/out.so.1", 7).Path);
    }

    [Fact]
    public void A_library_that_only_the_process_knows_is_found_in_its_maps()
    {
        using var folder = new TemporaryFolder();
        var library = $"{folder.Path}/plugins/libonlyhere.so.3";
        Directory.CreateDirectory($"{folder.Path}/plugins");
        File.Copy(Program, library);
        folder.Write("proc/7/maps", $"""
            55d0c0000000-55d0c0001000 r--p 00000000 fe:01 12 {folder.Path}/plugins/libdata.so
            7f1c2a000000-7f1c2a028000 r--p 00000000 fe:01 15 {library}
            7f1c2a028000-7f1c2a030000 r-xp 00028000 fe:01 15 {library}
            7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0                          [vdso]

            """);
        var finder = new BinaryFinder(new HostPaths { Proc = $"{folder.Path}/proc" });
        Assert.Equal(new BinaryLookup(library), finder.Find("onlyhere", 7));
        Assert.Null(finder.Find("onlyhere", null).Path);
        Assert.Null(finder.Find("data", 7).Path);
    }

    [Fact]
    public void A_program_that_was_replaced_while_it_runs_is_read_as_it_runs()
    {
        Assert.SkipUnless(File.Exists("/bin/sleep"), "/bin/sleep is missing");
        using var folder = new TemporaryFolder();
        var path = $"{folder.Path}/service";
        File.Copy("/bin/sleep", path);
        using var process = Process.Start(new ProcessStartInfo(path, ["60"]) { RedirectStandardInput = true });
        Assert.NotNull(process);
        try
        {
            var catalog = new LiveKernelCatalog();
            Assert.Equal(path, catalog.FindBinary(path, process.Id).Path);
            File.Delete(path);
            File.WriteAllText(path, "the next version");
            var lookup = catalog.FindBinary(path, process.Id);
            Assert.SkipUnless(lookup.Path != path, "needs CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN to open map_files");
            Assert.Equal($"{path} (deleted, still used by process {process.Id})", lookup.DisplayPath);
            Assert.Contains("libc.so.6", catalog.ReadBinary(lookup.Path ?? "").Needed);
            Assert.Equal(path, catalog.FindBinary(path, null).Path);
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    [Fact]
    public void Without_a_cache_the_usual_folders_are_searched()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory($"{folder.Path}/usr/lib");
        folder.Write("usr/lib/libdemo.so", "/* GNU ld script */");
        File.Copy(Program, $"{folder.Path}/usr/lib/libdemo.so.1");
        var lookup = new BinaryFinder(new HostPaths { Root = folder.Path }).Find("demo", null);
        Assert.Equal($"{folder.Path}/usr/lib/libdemo.so.1", lookup.Path);
    }

    [Fact]
    public void A_process_exists_but_a_thread_is_none()
    {
        using var process = Process.GetCurrentProcess();
        var catalog = new LiveKernelCatalog();
        Assert.True(catalog.ProcessExists(process.Id));
        Assert.False(catalog.ProcessExists(0));
        var thread = Directory.GetDirectories($"/proc/{process.Id}/task").Select(path => int.Parse(Path.GetFileName(path)))
            .First(id => id != process.Id);
        Assert.False(catalog.ProcessExists(thread));
    }

    private static string Container(TemporaryFolder folder, int pid)
    {
        foreach (var (process, target) in new[] { ($"{pid}", "mnt:[4026532001]"), ("self", "mnt:[4026531840]") })
        {
            Directory.CreateDirectory($"{folder.Path}/proc/{process}/ns");
            File.CreateSymbolicLink($"{folder.Path}/proc/{process}/ns/mnt", target);
        }

        return Directory.CreateDirectory($"{folder.Path}/proc/{pid}/root").FullName;
    }
}
