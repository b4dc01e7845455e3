using System.Runtime.InteropServices;

namespace BpfDashboard.Tracing.Libbpf;

/// <summary>A zero-terminated copy of a string for the kernel; null stays null.</summary>
internal sealed unsafe class Utf8Text(string? text) : IDisposable
{
    internal byte* Pointer { get; } = (byte*)Marshal.StringToCoTaskMemUTF8(text);

    public void Dispose() => Marshal.FreeCoTaskMem((nint)Pointer);
}

/// <summary>An array of such copies.</summary>
internal sealed unsafe class Utf8Texts(IReadOnlyList<string> texts) : IDisposable
{
    internal byte*[] Pointers { get; } = Copy(texts);

    public void Dispose()
    {
        foreach (var pointer in Pointers)
        {
            Marshal.FreeCoTaskMem((nint)pointer);
        }
    }

    private static byte*[] Copy(IReadOnlyList<string> texts)
    {
        var pointers = new byte*[texts.Count];
        for (var index = 0; index < pointers.Length; index++)
        {
            pointers[index] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[index]);
        }

        return pointers;
    }
}
