namespace BpfDashboard.Tracing.Compilation.Expressions;

/// <summary>
/// The part of a program's stack that values wait in while others are computed, and memory is read to. Taken and given
/// back like a stack, in multiples of 8 bytes.
/// </summary>
/// <param name="top">Offset from R10 of its end.</param>
/// <param name="bottom">Offset from R10 of its lowest byte.</param>
internal sealed class Temporaries(short top, short bottom = Temporaries.StackBottom)
{
    /// <summary>All the stack a program has (MAX_BPF_STACK).</summary>
    private const short StackBottom = -512;

    private short _next = top;

    /// <summary>The offset from R10 of room for so many bytes.</summary>
    /// <exception cref="ExpressionTooLargeException">There is no room.</exception>
    internal short Take(int bytes)
    {
        var taken = (short)(_next - Rounded(bytes));
        _next = taken >= bottom ? taken : throw new ExpressionTooLargeException();
        return taken;
    }

    /// <summary>Gives back what was taken last.</summary>
    internal void Return(int bytes) => _next += Rounded(bytes);

    private static short Rounded(int bytes) => (short)((bytes + 7) & ~7);
}

/// <summary>An expression needs more room on the stack than a program has.</summary>
internal sealed class ExpressionTooLargeException() : Exception("the expression is too large for a program in the kernel");
