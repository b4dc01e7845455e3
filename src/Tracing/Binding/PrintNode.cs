using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Binding;

/// <summary>
/// What a part of a tracepoint's <c>print fmt</c> comes to, as far as it tells what the numbers of a field mean. The
/// records below are the whole family.
/// </summary>
internal abstract record PrintNode
{
    /// <summary>Anything that tells nothing.</summary>
    public static PrintNode Other { get; } = new PrintOther();
}

/// <inheritdoc cref="PrintNode.Other"/>
internal sealed record PrintOther : PrintNode;

/// <summary>A number that is known beforehand.</summary>
internal sealed record PrintNumber(ulong Value) : PrintNode;

/// <summary>A text in quotes.</summary>
internal sealed record PrintText(string Text) : PrintNode;

/// <summary>Some bits of a field: <c>REC->prev_state &amp; 0xff</c>, <c>(REC->ioprio >> 13) &amp; 7</c>.</summary>
/// <param name="Mask">Which bits of the field, before shifting.</param>
/// <param name="Shift">By how much they are shifted right.</param>
internal sealed record PrintField(string Name, ulong Mask = ulong.MaxValue, int Shift = 0) : PrintNode;

/// <summary>The names of some bits of a field.</summary>
internal sealed record PrintWords(string Field, WordGroup Group) : PrintNode;
