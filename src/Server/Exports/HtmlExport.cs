using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.FileProviders;

namespace BpfDashboard.Server.Exports;

/// <summary>
/// The flame graph as one file that needs no server: the bundle <c>js/flame-page.js</c> with the data it draws and our
/// style sheets. It may run nothing but that script and load nothing at all, whatever the names in it say.
/// </summary>
internal sealed partial class HtmlExport
{
    private const string Bundle = "js/flame-page.js";

    // No more than the page asks for; the default encoder turns <, > and & of names into \u003C and so on, so that
    // no name ends the element it stands in.
    private static readonly JsonSerializerOptions Data = new(JsonSerializerDefaults.Web);

    private readonly string script;
    private readonly string style;

    private HtmlExport(string script, string style) => (this.script, this.style) = (script, style);

    /// <summary>The page's parts from the web root; null if its script has not been built.</summary>
    public static HtmlExport? Load(IFileProvider root) => root.GetFileInfo(Bundle) is { Exists: true } bundle
        ? new HtmlExport(ForElement(Read(bundle)), string.Join('\n', StyleSheets(root).Select(Read)))
        : null;

    public async Task WriteAsync(ExportedSlice slice, string host, Stream target)
    {
        await using var writer = new StreamWriter(target, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        await writer.WriteAsync(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{Policy}">
            <meta name="viewport" content="width=device-width">
            <title>{HtmlEncoder.Default.Encode(slice.Details.Summary.Command)}</title>
            <style>{style}</style>
            </head>
            <body>
            <noscript>This flame graph is drawn by a script in this file.</noscript>
            <script type="application/json" id="flame-data">
            """);
        await writer.FlushAsync();
        await JsonSerializer.SerializeAsync(target, ToData(slice, host), Data);
        await writer.WriteAsync($"</script>\n<script>{script}</script>\n</body>\n</html>\n");
    }

    private string Policy =>
        $"default-src 'none'; script-src '{Hash(script)}'; style-src '{Hash(style)}'; "
        + "img-src data:; base-uri 'none'; form-action 'none'";

    private static object ToData(ExportedSlice slice, string host) => new
    {
        slice.Details.Summary.Command,
        Host = host,
        slice.Details.Summary.StartedAt,
        slice.Total.StartMs,
        slice.Total.EndMs,
        StackInfo = slice.Details.Stacks,
        Fold = slice.Total,
    };

    private static string Hash(string text) =>
        $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private static IEnumerable<IFileInfo> StyleSheets(IFileProvider root) => root.GetDirectoryContents("css")
        .Where(file => file.Name.EndsWith(".css", StringComparison.Ordinal))
        .OrderBy(file => file.Name, StringComparer.Ordinal);

    private static string Read(IFileInfo file)
    {
        using var reader = new StreamReader(file.CreateReadStream(), Encoding.UTF8);
        // As browsers see it: the hash is of the text after they have made one kind of line end of all.
        return reader.ReadToEnd().Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    /// <summary>
    /// A script that ends where its element does. These sequences can only be in its strings and patterns, where a
    /// backslash changes nothing. The name of its source map leads nowhere in a file.
    /// </summary>
    private static string ForElement(string script) =>
        EndOrComment().Replace(SourceMap().Replace(script, ""), match => $"{match.Value[0]}\\{match.Value[1..]}");

    [GeneratedRegex("</(?=script)|<!(?=--)", RegexOptions.IgnoreCase)]
    private static partial Regex EndOrComment();

    [GeneratedRegex(@"^//# sourceMappingURL=.*$", RegexOptions.Multiline)]
    private static partial Regex SourceMap();
}
