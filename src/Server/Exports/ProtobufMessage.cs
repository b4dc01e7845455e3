using Google.Protobuf;

namespace BpfDashboard.Server.Exports;

/// <summary>
/// A protocol buffers message in the making, field by field. Google's encoder writes the wire format; what it lacks
/// without generated classes is messages within messages, whose length must be known before they are written.
/// </summary>
internal sealed class ProtobufMessage : IDisposable
{
    private readonly MemoryStream buffer = new();
    private readonly CodedOutputStream output;
    private ProtobufMessage? inner;

    public ProtobufMessage() => output = new CodedOutputStream(buffer, leaveOpen: true);

    /// <summary>A number; nothing for 0, which is what a missing one means.</summary>
    public ProtobufMessage Add(int field, long value)
    {
        if (value != 0)
        {
            output.WriteTag(field, WireFormat.WireType.Varint);
            output.WriteInt64(value);
        }

        return this;
    }

    /// <summary>An address, which may have its highest bit set.</summary>
    public ProtobufMessage Add(int field, ulong value) => Add(field, unchecked((long)value));

    /// <summary>A text, also if it is empty.</summary>
    public ProtobufMessage Add(int field, string text)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
        return this;
    }

    /// <summary>A message, which <paramref name="fill"/> fills.</summary>
    public ProtobufMessage Add(int field, Action<ProtobufMessage> fill)
    {
        inner ??= new ProtobufMessage();
        fill(inner);
        var bytes = inner.Take();
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteLength(bytes.Length);
        output.Flush();
        buffer.Write(bytes);
        inner.buffer.SetLength(0);
        return this;
    }

    /// <summary>Numbers in the packed form.</summary>
    public ProtobufMessage AddPacked(int field, IEnumerable<long> values) => Add(field, packed =>
    {
        foreach (var value in values)
        {
            packed.output.WriteInt64(value);
        }
    });

    /// <summary>The bytes so far; valid until more are added.</summary>
    public ReadOnlySpan<byte> Take()
    {
        output.Flush();
        return buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
    }

    /// <summary>Writes the bytes to <paramref name="target"/>.</summary>
    public async Task CopyToAsync(Stream target)
    {
        output.Flush();
        buffer.Position = 0;
        await buffer.CopyToAsync(target);
    }

    public void Dispose()
    {
        inner?.Dispose();
        output.Dispose();
        buffer.Dispose();
    }
}
