using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using BpfDashboard.Server.Exports;
using BpfDashboard.Tracing.Aggregation;
using BpfDashboard.Tracing.Binding;
using Microsoft.Extensions.FileProviders;

namespace BpfDashboard.Server.Tests;

/// <summary>The flame graph as one file, with a script that makes things hard.</summary>
public sealed class HtmlExportTests : IDisposable
{
    private const int Timeout = 20_000;
    private const string Evil = "</script><script>alert(1)</script><!--";
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("bpfdashboard-test-");

    public HtmlExportTests()
    {
        File.WriteAllText(Path.Combine(root.CreateSubdirectory("css").FullName, "app.css"), "body { color: red }\r\n");
        File.WriteAllText(
            Path.Combine(root.CreateSubdirectory("js").FullName, "flame-page.js"),
            "const a = '</Script><!-- é';\r\n//# sourceMappingURL=flame-page.js.map\n");
    }

    [Fact(Timeout = Timeout)]
    public async Task Its_data_are_the_slice_with_all_definitions()
    {
        var data = JsonSerializer.Deserialize<JsonElement>(Element(await PageAsync(1, 2), "flame-data"));
        Assert.Equal(
            ["command", "host", "startedAt", "startMs", "endMs", "stackInfo", "fold"],
            data.EnumerateObject().Select(property => property.Name));
        Assert.Equal("web-1", data.GetProperty("host").GetString());
        Assert.Equal((100, 200), (data.GetProperty("startMs").GetDouble(), data.GetProperty("endMs").GetDouble()));
        var stacks = data.GetProperty("fold").GetProperty("stacks");
        Assert.Equal(["main", Evil], stacks.GetProperty("frames").EnumerateArray().Select(frame => frame.GetProperty("name").GetString()));
        Assert.Equal([4], stacks.GetProperty("counts").EnumerateArray().Select(count => count.GetInt64()));
        Assert.True(data.GetProperty("stackInfo").GetProperty("perProcess").GetBoolean());
    }

    [Fact(Timeout = Timeout)]
    public async Task No_name_gets_out_of_its_element()
    {
        var page = await PageAsync(null, null);
        Assert.Equal(2, Regex.Count(page, "<script", RegexOptions.IgnoreCase));
        Assert.Equal(2, Regex.Count(page, "</script", RegexOptions.IgnoreCase));
        Assert.DoesNotContain("<!--", page, StringComparison.Ordinal);
        Assert.DoesNotContain("sourceMappingURL", page, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Nothing_runs_but_its_own_script_and_style()
    {
        var page = await PageAsync(null, null);
        var policy = WebUtility.HtmlDecode(Regex.Match(page, "Content-Security-Policy\" content=\"([^\"]*)\"").Groups[1].Value);
        Assert.Equal(
            $"default-src 'none'; script-src '{Hash(page, "script")}'; style-src '{Hash(page, "style")}'; "
            + "img-src data:; base-uri 'none'; form-action 'none'",
            policy);
        Assert.DoesNotContain('\r', page);
    }

    [Fact]
    public void Without_the_script_there_is_no_page() =>
        Assert.Null(HtmlExport.Load(new NullFileProvider()));

    [Fact(Timeout = Timeout)]
    public async Task A_missing_script_is_a_problem_that_says_what_to_do()
    {
        using var dashboard = new Dashboard();
        dashboard.Environment.WebRootFileProvider = new NullFileProvider();
        var (id, _) = await dashboard.RunAsync(stacks: new StackOptions());
        Assert.Equal((503, "The page's script is not built."), await dashboard.ProblemOfAsync($"/api/v1/sessions/{id}/export?format=html"));
        await dashboard.Sessions.StopAsync(id, TestManager.Cancel);
    }

    public void Dispose() => root.Delete(recursive: true);

    private async Task<string> PageAsync(long? from, long? to)
    {
        var test = new TestManager();
        var (id, tracing) = await test.RunAsync(stacks: new StackOptions { PerProcess = true });
        tracing.Hit(new StackContext(1, 0, -1, Evil), $"main;{Evil}", 3);
        await test.TickAsync(id);
        tracing.Hit(new StackContext(1, 0, -1, Evil), $"main;{Evil}", 4);
        await test.TickAsync(id);
        await test.Sessions.StopAsync(id, TestManager.Cancel);
        using var files = new PhysicalFileProvider(root.FullName);
        using var target = new MemoryStream();
        var slice = new ExportedSlice(test.Sessions.FindSession(id)!, from, to);
        await HtmlExport.Load(files)!.WriteAsync(slice, test.Sessions.Host.Name, target);
        return Encoding.UTF8.GetString(target.ToArray());
    }

    private static string Element(string page, string id) =>
        Regex.Match(page, $"id=\"{id}\">(.*?)</", RegexOptions.Singleline).Groups[1].Value;

    private static string Hash(string page, string element)
    {
        var text = Regex.Match(page, $"<{element}>(.*?)</{element}>", RegexOptions.Singleline).Groups[1].Value;
        return $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }
}
