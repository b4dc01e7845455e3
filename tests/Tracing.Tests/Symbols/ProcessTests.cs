using System.Globalization;
using BpfDashboard.Tracing.Symbols;
using BpfDashboard.Tracing.Tests.Elf;

namespace BpfDashboard.Tracing.Tests.Symbols;

/// <summary>Processes end, load libraries, become other programs, live elsewhere, and lose their files.</summary>
public sealed class ProcessTests
{
    private const string Program = Target.Prelude + """
        int __attribute__((noinline)) work(int x) { __asm__ volatile(""); return x + 1; }
        int main(void) { SAY(work); READY(); return work(-1); }
        """;

    private const string Loader = Target.Prelude + """
        #include <dlfcn.h>
        int main(int argc, char **argv) {
            READY_ONCE();
            void *library = dlopen(argv[argc - 1], RTLD_NOW);
            if (!library) { puts(dlerror()); return 1; }
            printf("plugin %lx\n", (unsigned long)dlsym(library, "plugin"));
            READY();
            return 0;
        }
        """;

    private const string Library = "int plugin(int x) { return x + 2; }";

    [Fact]
    public void A_process_that_has_ended_is_still_named()
    {
        NativeTools.Require("gcc");
        using var folder = new TemporaryFolder();
        var path = NativeTools.Compile(folder, "program", Program);
        using var target = Target.Start(path);
        using var symbolizer = new SymbolizerCache().CreateSymbolizer();
        symbolizer.Meet(target.Pid);
        target.End();
        File.Delete(path);
        AssertNamed("work", path, symbolizer, target.Pid, target.Addresses["work"]);
    }

    [Fact]
    public void A_program_that_was_deleted_before_it_was_met_is_named_by_its_old_path()
    {
        NativeTools.Require("gcc");
        using var folder = new TemporaryFolder();
        var path = NativeTools.Compile(folder, "program", Program);
        using var target = Target.Start(path);
        File.Delete(path);
        NativeTools.Compile(folder, "program", Program.Replace("work", "other", StringComparison.Ordinal));
        using var symbolizer = new SymbolizerCache().CreateSymbolizer();
        AssertNamed("work", path, symbolizer, target.Pid, target.Addresses["work"]);
    }

    [Fact]
    public void A_library_that_is_loaded_later_is_found_but_maps_are_not_read_all_the_time()
    {
        NativeTools.Require("gcc");
        using var folder = new TemporaryFolder();
        var library = NativeTools.Compile(folder, "libplugin.so", Library, "-shared", "-fPIC");
        using var target = Target.Start(CompileLoader(folder), library);
        var time = new ManualTime();
        using var symbolizer = new SymbolizerCache("/proc", time).CreateSymbolizer();
        symbolizer.Meet(target.Pid);
        var address = target.Continue()["plugin"];
        Assert.Equal([new(Frame.Unknown, null, FrameKind.UnknownUser, null, address)], symbolizer.User(target.Pid, address));
        time.Advance(TimeSpan.FromSeconds(2));
        AssertNamed("plugin", library, symbolizer, target.Pid, address);
    }

    [Fact]
    public void A_library_without_a_file_is_read_from_memory()
    {
        NativeTools.Require("gcc");
        using var folder = new TemporaryFolder();
        var library = NativeTools.Compile(folder, "libplugin.so", Library, "-shared", "-fPIC");
        var loader = Loader.Replace("dlopen(argv[argc - 1]", "dlopen(in_memory(argv[argc - 1])", StringComparison.Ordinal);
        using var target = Target.Start(CompileLoader(folder, """
            #define _GNU_SOURCE
            #include <stdio.h>
            #include <sys/mman.h>
            static char name[64];
            static const char *in_memory(const char *path) {
                int fd = memfd_create("secret", 0), c;
                FILE *from = fopen(path, "r"), *to = fdopen(fd, "w");
                while ((c = getc(from)) != EOF) putc(c, to);
                fflush(to);
                sprintf(name, "/proc/self/fd/%d", fd);
                return name;
            }

            """ + loader), library);
        var address = target.Continue()["plugin"];
        using var symbolizer = new SymbolizerCache().CreateSymbolizer();
        symbolizer.Meet(target.Pid);
        target.End();
        AssertNamed("plugin", "/memfd:secret", symbolizer, target.Pid, address);
    }

    [Fact]
    public void A_process_that_became_another_program_is_named_anew()
    {
        NativeTools.Require("gcc");
        using var folder = new TemporaryFolder();
        string[] options = ["-no-pie", "-fno-pie"];
        var after = NativeTools.Compile(
            folder, "after", Program.Replace("work", "rest", StringComparison.Ordinal), options);
        var before = NativeTools.Compile(folder, "before", Program.Replace(
            "READY();", "READY_ONCE(); execl(argv[1], argv[1], (char *)0);", StringComparison.Ordinal).Replace(
            "main(void)", "main(int argc, char **argv)", StringComparison.Ordinal).Replace(
            "#include <stdlib.h>", "#include <unistd.h>\n" + ReadyOnce, StringComparison.Ordinal), options);
        using var target = Target.Start(before, after);
        var time = new ManualTime();
        using var symbolizer = new SymbolizerCache("/proc", time).CreateSymbolizer();
        AssertNamed("work", before, symbolizer, target.Pid, target.Addresses["work"]);
        var rest = target.Continue()["rest"];
        Assert.InRange(rest, target.Addresses["work"] - 0x1000, target.Addresses["work"] + 0x1000);
        time.Advance(TimeSpan.FromSeconds(2));
        symbolizer.Meet(target.Pid);
        AssertNamed("rest", after, symbolizer, target.Pid, rest);
    }

    [Theory]
    [InlineData("exec unshare -m --propagation private sh -c 'mount -t tmpfs none /mnt && cp \"$0\" /mnt/moved && exec /mnt/moved' \"$0\"", "/mnt/moved")]
    [InlineData("exec chroot \"$(dirname \"$0\")\" /program", "/program")]
    [InlineData("exec unshare -m --propagation private chroot \"$(dirname \"$0\")\" /program", "/program")]
    public void A_process_with_another_view_of_the_files_is_named_after_it_ended(string start, string expected)
    {
        NativeTools.Require("gcc", "unshare", "chroot");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: mount namespaces");
        using var folder = new TemporaryFolder();
        var path = NativeTools.Compile(folder, "program", Program, "-static");
        using var target = Target.Start("sh", "-c", start, path);
        using var symbolizer = new SymbolizerCache().CreateSymbolizer();
        symbolizer.Meet(target.Pid);
        target.End();
        var frame = Assert.Single(symbolizer.User(target.Pid, target.Addresses["work"]));
        Assert.Equal(("work", FrameKind.User), (frame.Name, frame.Kind));
        Assert.EndsWith(expected, frame.Module);
    }

    [Fact]
    public void An_id_that_was_given_to_another_process_is_named_after_that_one()
    {
        NativeTools.Require("gcc");
        using var folder = new TemporaryFolder();
        var path = NativeTools.Compile(folder, "program", Program, "-no-pie", "-fno-pie");
        using var target = Target.Start(path);
        using var proc = new TemporaryFolder();
        var maps = File.ReadAllText($"/proc/{target.Pid}/maps");
        proc.Write("4711/maps", maps);
        proc.Write("4711/stat", Stat(start: 100));
        proc.Write("4711/status", "Name:\tx\nUid:\t0\t0\t0\t0\nNSpid:\t4711\n");
        using var symbolizer = new SymbolizerCache(proc.Path, new ManualTime()).CreateSymbolizer();
        AssertNamed("work", path, symbolizer, 4711, target.Addresses["work"]);

        proc.Write("4711/stat", Stat(start: 200));
        proc.Write("4711/maps", "00010000-00020000 r-xp 00000000 00:00 0 \n");
        symbolizer.Meet(4711);
        var frame = Assert.Single(symbolizer.User(4711, target.Addresses["work"]));
        Assert.Equal((Frame.Unknown, FrameKind.UnknownUser), (frame.Name, frame.Kind));
    }

    [Fact]
    public void Code_that_was_moved_to_other_pages_in_its_place_is_still_the_program_s()
    {
        NativeTools.Require("gcc");
        using var folder = new TemporaryFolder();
        var path = NativeTools.Compile(folder, "program", Target.Prelude + """
            #include <string.h>
            #include <sys/mman.h>
            #define PAGE __attribute__((aligned(4096), noinline))
            int PAGE before(int x) { __asm__ volatile(".skip 4096, 0x90"); return x + 1; }
            int PAGE moved(int x) { return x + 2; }
            int PAGE after(int x) { __asm__ volatile(".skip 4096, 0x90"); return x + 3; }
            int main(void) {
                static char copy[4096];
                memcpy(copy, moved, sizeof copy);
                void *to = mmap(moved, sizeof copy, PROT_READ | PROT_WRITE | PROT_EXEC,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
                memcpy(to, copy, sizeof copy);
                SAY(before); SAY(moved); SAY(after); READY();
                return before(0) + moved(0) + after(0) == 7;
            }
            """, "-O0");
        using var target = Target.Start(path);
        using var symbolizer = new SymbolizerCache().CreateSymbolizer();
        foreach (var name in new[] { "before", "moved", "after" })
        {
            AssertNamed(name, path, symbolizer, target.Pid, target.Addresses[name]);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Processes_can_be_met_by_any_thread_while_one_resolves_and_after_the_end()
    {
        NativeTools.Require("gcc");
        using var folder = new TemporaryFolder();
        var path = NativeTools.Compile(folder, "program", Program);
        using var target = Target.Start(path);
        using var ended = new CancellationTokenSource();
        var symbolizer = new SymbolizerCache().CreateSymbolizer();
        var meeting = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            while (!ended.IsCancellationRequested)
            {
                symbolizer.Meet(target.Pid);
                symbolizer.Meet(Environment.ProcessId);
                Assert.NotNull(symbolizer.Modules);
            }
        }, TestContext.Current.CancellationToken)).ToList();
        for (var i = 0; i < 2000; i++)
        {
            AssertNamed("work", path, symbolizer, target.Pid, target.Addresses["work"]);
        }

        symbolizer.Dispose();
        Assert.Equal(Frame.Unknown, Assert.Single(symbolizer.User(target.Pid, target.Addresses["work"])).Name);
        await ended.CancelAsync();
        await Task.WhenAll(meeting);
        symbolizer.Dispose();
    }

    [Fact]
    public void What_cannot_be_named_is_a_frame_all_the_same()
    {
        using var symbolizer = new SymbolizerCache().CreateSymbolizer();
        foreach (var pid in new[] { -1, 0, 2, int.MaxValue, Environment.ProcessId })
        {
            symbolizer.Meet(pid);
            foreach (var address in new ulong[] { 0, 1, 0x1234, 0x7fff_ffff_ffff, 0xffff_8000_0000_0000, ulong.MaxValue })
            {
                Assert.Equal([new(Frame.Unknown, null, FrameKind.UnknownUser, null, address)],
                    symbolizer.User(pid, address, isReturnAddress: true));
            }
        }
    }

    [Fact]
    public void The_vdso_has_names()
    {
        NativeTools.Require("gcc");
        using var folder = new TemporaryFolder();
        using var target = Target.Start(NativeTools.Compile(folder, "program", Target.Prelude + """
            #include <dlfcn.h>
            int main(void) {
                void *vdso = dlopen("linux-vdso.so.1", RTLD_NOW | RTLD_NOLOAD);
                if (vdso) printf("time %lx\n", (unsigned long)dlsym(vdso, "__vdso_clock_gettime"));
                READY();
                return 0;
            }
            """));
        Assert.SkipUnless(target.Addresses.ContainsKey("time"), "the C library does not show the vdso");
        using var symbolizer = new SymbolizerCache().CreateSymbolizer();
        var frame = Assert.Single(symbolizer.User(target.Pid, target.Addresses["time"] + 4));
        Assert.EndsWith("clock_gettime", frame.Name);
        Assert.Equal(("[vdso]", FrameKind.User, 4ul), (frame.Module, frame.Kind, frame.Offset));
        Assert.Equal(SymbolSource.DynamicSymbols, symbolizer.Modules.Single(module => module.Path == "[vdso]").Source);
    }

    private const string ReadyOnce =
        "#define READY_ONCE() do { puts(\"ready\"); fflush(stdout); if (getchar() < 0) return 0; } while (0)\n";

    private static string CompileLoader(TemporaryFolder folder, string source = Loader) =>
        NativeTools.Compile(folder, "loader", ReadyOnce + source, "-ldl");

    private static string Stat(int start) =>
        $"4711 (a) b) S {string.Join(' ', Enumerable.Repeat(1, 18))} {start.ToString(CultureInfo.InvariantCulture)} 1 1 1";

    private static void AssertNamed(string name, string module, Symbolizer symbolizer, int pid, ulong address) =>
        Assert.Equal([new(name, module, FrameKind.User, 0, address)], symbolizer.User(pid, address));
}
