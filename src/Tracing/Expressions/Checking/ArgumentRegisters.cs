using BpfDashboard.Tracing.Cpu;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions.Checking;

/// <summary>
/// Which parameter is in which register, by the System V ABI of x86-64: numbers and pointers take one, a struct of up
/// to 16 bytes one or two, what is larger none: it is on the stack.
/// </summary>
internal static class ArgumentRegisters
{
    /// <summary>The first register of a parameter that has just one; null for all others.</summary>
    public static int? Of(IReadOnlyList<Parameter> parameters, int parameter)
    {
        var register = FirstOf(parameters, parameter);
        return parameters[parameter].Type.IsScalar && Taken(parameters[parameter].Type) == 1
            && register < CpuLayout.X64.ArgumentRegisters.Count ? register : null;
    }

    /// <summary>How many registers all the parameters take.</summary>
    public static int Count(IReadOnlyList<Parameter> parameters) => FirstOf(parameters, parameters.Count);

    /// <summary>The type of the parameter that has a register for itself; null if there is none.</summary>
    public static DataType? ParameterIn(IReadOnlyList<Parameter> parameters, int register)
    {
        for (var i = 0; i < parameters.Count; i++)
        {
            if (Of(parameters, i) == register)
            {
                return parameters[i].Type;
            }
        }

        return null;
    }

    private static int FirstOf(IReadOnlyList<Parameter> parameters, int parameter)
    {
        var next = 0;
        foreach (var before in parameters.Take(parameter))
        {
            // What needs two registers and finds one goes to the stack, and leaves that one to others.
            var taken = Taken(before.Type);
            next += next + taken <= CpuLayout.X64.ArgumentRegisters.Count ? taken : 0;
        }

        return next;
    }

    private static int Taken(DataType type) => type.Unaliased switch
    {
        FloatType => 0,
        { Size: > 16 } => 0,
        { Size: > 8 } => 2,
        _ => 1,
    };
}
