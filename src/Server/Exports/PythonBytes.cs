using System.Globalization;
using System.Text;

namespace BpfDashboard.Server.Exports;

/// <summary>Bytes as Python prints them, and so BCC's tools: <c>b'caf\xc3\xa9\n'</c>.</summary>
internal static class PythonBytes
{
    /// <summary>In double quotes where there is a single one inside and no double one.</summary>
    public static string Print(IReadOnlyList<byte> bytes)
    {
        var quote = bytes.Contains((byte)'\'') && !bytes.Contains((byte)'"') ? '"' : '\'';
        var text = new StringBuilder("b").Append(quote);
        foreach (var one in bytes)
        {
            _ = one switch
            {
                (byte)'\t' => text.Append(@"\t"),
                (byte)'\n' => text.Append(@"\n"),
                (byte)'\r' => text.Append(@"\r"),
                (byte)'\\' => text.Append(@"\\"),
                < 0x20 or >= 0x7f => text.Append(CultureInfo.InvariantCulture, $@"\x{one:x2}"),
                _ when one == quote => text.Append('\\').Append(quote),
                _ => text.Append((char)one),
            };
        }

        return text.Append(quote).ToString();
    }
}
