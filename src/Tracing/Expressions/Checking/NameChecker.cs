using System.Globalization;
using BpfDashboard.Tracing.Cpu;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;
using BpfDashboard.Tracing.Usdt;

namespace BpfDashboard.Tracing.Expressions.Checking;

/// <summary>What a name means: a parameter, an argument by number, the return value, a built-in, a constant.</summary>
internal sealed class NameChecker(CheckContext context)
{
    private const string AtEntry = "an argument is only there at the entry of a function";

    private ProbeScope Scope => context.Scope;

    /// <summary>What a name stands for; null after a diagnostic.</summary>
    public TypedExpression? Check(IdentifierSyntax syntax)
    {
        if (Argument(syntax) is var (type, source))
        {
            return InItsPlace(syntax, type, source);
        }

        return syntax.Name switch
        {
            "retval" or "$retval" => Return(syntax),
            "ctx" => context.Fail(syntax.Span, "ctx stands for the registers", "write ctx->REGISTER, as in ctx->di"),
            "args" => context.Fail(syntax.Span, "args stands for the fields of a tracepoint", Fields("write ")),
            ['$', ..] => Dollar(syntax),
            _ when IsNumbered(syntax.Name) => NoArgument(syntax),
            _ when IsParameter(syntax.Name) => OnStack(syntax),
            _ => Constants.Find(syntax.Name, context.Types) is var (constant, value)
                ? new ConstantExpression(constant, syntax.Span, value)
                : Unknown(syntax),
        };
    }

    /// <summary>A parameter's name, or argN, of the function whose return is seen, as it was at its entry.</summary>
    public TypedExpression? Entry(IdentifierSyntax syntax)
    {
        if (!Scope.IsReturn)
        {
            return context.Fail(
                syntax.Span,
                "$entry(…) is what an argument was when the function returns",
                "here, write it alone; or begin the probe with r:");
        }

        return Argument(syntax) is var (type, source) ? new SourceExpression(type, syntax.Span, new EntrySource(source))
            : IsNumbered(syntax.Name) ? NoArgument(syntax)
            : IsParameter(syntax.Name) ? OnStack(syntax)
            : Unknown(syntax);
    }

    /// <summary>Whether a type is only what stands for a type that is not known.</summary>
    public static bool IsUntyped(TypedExpression value) =>
        value is SourceExpression { Source: not BuiltinSource } && value.Type == Untyped;

    /// <summary>What BCC takes every argument for.</summary>
    private static DataType Untyped => CoreTypes.Named("u64");

    /// <summary>The argument that a name means, wherever the probe is; null if it means none.</summary>
    private (DataType Type, ValueSource Source)? Argument(IdentifierSyntax syntax)
    {
        var parameters = Scope.Parameters ?? [];
        for (var i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].Name == syntax.Name && ArgumentRegisters.Of(parameters, i) is { } register)
            {
                return (parameters[i].Type, Register(register));
            }
        }

        if (!IsNumbered(syntax.Name) || Number(syntax.Name) is var number && number > Limit)
        {
            return null;
        }

        return Scope.Site == ProbeSite.Usdt
            ? (TypeOf(number - 1), new UsdtArgumentSource(number - 1))
            : (TypeOf(number - 1), Register(number - 1));
    }

    private int Limit => Scope.Site switch
    {
        ProbeSite.Tracepoint => 0,
        ProbeSite.Usdt => Scope.UsdtArguments?.Count ?? UsdtLimit,
        _ when Scope is { HasAllParameters: true, Parameters: { } parameters } => ArgumentRegisters.Count(parameters),
        _ => CpuLayout.X64.ArgumentRegisters.Count,
    };

    /// <summary>The format of USDT notes has no more.</summary>
    private const int UsdtLimit = 12;

    private ValueSource Register(int register) =>
        Scope.IsSystemCall ? new SystemCallArgumentSource(register) : new ArgumentSource(register);

    private DataType TypeOf(int number) => Scope.Site == ProbeSite.Usdt
        ? Scope.UsdtArguments?[number] ?? Untyped
        : Scope.Parameters is { } parameters && ArgumentRegisters.ParameterIn(parameters, number) is { } type ? type : Untyped;

    private TypedExpression? TooFew(IdentifierSyntax syntax) => context.Fail(
        syntax.Span,
        $"{Scope.Name} has {(Limit == 0 ? "no arguments" : Limit == 1 ? "one argument" : $"{Limit} arguments")}",
        Limit == 0 ? null : Limit == 1 ? "write arg1" : $"arg1 to arg{Limit}");

    private TypedExpression? InItsPlace(IdentifierSyntax syntax, DataType type, ValueSource source) =>
        source is UsdtArgumentSource { Index: var index } && Scope.UsdtOperands.ElementAtOrDefault(index) is UsdtUnsupported unread
            ? context.Fail(syntax.Span, $"'{syntax.Name}' cannot be read: {unread.Reason}", "leave it out")
        : Scope.IsReturn ? context.Fail(
            syntax.Span,
            $"'{syntax.Name}' is gone when the function returns",
            $"write $entry({syntax.Name}): what it was at the entry")
        : Scope.IsEntry || Scope.Site == ProbeSite.Usdt ? new SourceExpression(type, syntax.Span, source)
        : context.Fail(
            syntax.Span,
            $"'{syntax.Name}' may be gone here: {AtEntry}",
            "write the register in which it is here: ctx->di");

    private TypedExpression? NoArgument(IdentifierSyntax syntax) => Scope.Site switch
    {
        ProbeSite.Tracepoint => context.Fail(syntax.Span, "a tracepoint has no numbered arguments", Fields("write ")),
        ProbeSite.Usdt => TooFew(syntax),
        _ when Limit < CpuLayout.X64.ArgumentRegisters.Count => TooFew(syntax),
        _ => context.Fail(
            syntax.Span,
            $"only the first {Limit} arguments are in registers",
            $"arg1 to arg{Limit}; the others are on the stack, from ctx->sp on"),
    };

    private bool IsParameter(string name) => name.Length > 0 && Scope.Parameters?.Any(parameter => parameter.Name == name) == true;

    private TypedExpression? OnStack(IdentifierSyntax syntax) => context.Fail(
        syntax.Span,
        $"'{syntax.Name}' is not in a register of its own",
        $"{Scope.Name} is given it on the stack, from ctx->sp on, or as a struct in several registers");

    private TypedExpression? Return(IdentifierSyntax syntax)
    {
        if (Scope.IsReturn)
        {
            return Scope.Returns?.Unaliased is VoidType
                ? context.Fail(syntax.Span, $"{Scope.Name} returns nothing", "its type is void")
                : new SourceExpression(Scope.Returns ?? Untyped, syntax.Span, new ReturnSource());
        }

        var hint = Scope.HasRegisters ? "a probe of the return begins with r:" : Fields("write ");
        return context.Fail(syntax.Span, "there is no return value here", hint);
    }

    private TypedExpression? Dollar(IdentifierSyntax syntax)
    {
        if (syntax.Name == "$entry")
        {
            return context.Fail(syntax.Span, "$entry needs the name of an argument", "write $entry(NAME)");
        }

        if (!Scope.MoreNames.TryGetValue(syntax.Name, out var builtin) && !Builtins.TryGetValue(syntax.Name, out builtin))
        {
            var names = Builtins.Keys.Concat(Scope.MoreNames.Keys);
            return context.Fail(
                syntax.Span,
                $"unknown name '{syntax.Name}'",
                Suggestions.DidYouMean(syntax.Name, names) ?? $"there are {string.Join(", ", names)}");
        }

        if (builtin == Builtin.Parent)
        {
            return Parent(syntax);
        }

        return builtin == Builtin.Latency && !Scope.IsReturn
            ? context.Fail(syntax.Span, "$latency is known when the function returns", "begin the probe with r:")
            : new SourceExpression(TypeOf(builtin), syntax.Span, new BuiltinSource(builtin));
    }

    /// <summary><c>$task->real_parent->tgid</c>, which is what getppid answers.</summary>
    private TypedExpression? Parent(IdentifierSyntax syntax)
    {
        var task = new SourceExpression(TypeOf(Builtin.Task), syntax.Span, new BuiltinSource(Builtin.Task));
        return task.Type is PointerType { Target: StructType record }
            && record.Find("real_parent") is { } parent && record.Find("tgid") is { } number
                ? Places.At(
                    Places.At(task, parent.BitOffset / 8, MemorySpace.Kernel, parent.Type, syntax.Span),
                    number.BitOffset / 8, MemorySpace.Kernel, CoreTypes.Named("u32"), syntax.Span)
                : context.Fail(syntax.Span, "the kernel does not tell where a task has its parent", "it needs BTF");
    }

    private DataType TypeOf(Builtin builtin) => builtin switch
    {
        Builtin.Name => new ArrayType(CoreTypes.Char, 16),
        Builtin.Function => new ArrayType(CoreTypes.Char, 0),
        Builtin.Cgroup or Builtin.Time or Builtin.Latency => CoreTypes.Named("u64"),
        Builtin.Task => new PointerType(
            context.Types.Find(TypeNames.Struct, "task_struct") ?? new ForwardType("task_struct", false), AddressSpace.Kernel),
        _ => CoreTypes.Named("u32"),
    };

    private TypedExpression? Unknown(IdentifierSyntax syntax)
    {
        var field = Scope.Fields.Any(it => it.Name == syntax.Name) ? $"write args->{syntax.Name}" : null;
        var type = context.Types.Find(TypeNames.Typedef, syntax.Name) is null ? null : $"it is a type; a cast is ({syntax.Name})(x)";
        var names = (Scope.Parameters ?? []).Select(parameter => parameter.Name).Concat(["retval", "args", "ctx", "arg1"]);
        var hint = field ?? type ?? Suggestions.DidYouMean(syntax.Name, names)
            ?? Suggestions.DidYouMean(syntax.Name, Constants.Names(context.Types)) ?? Known();
        return context.Fail(syntax.Span, $"unknown name '{syntax.Name}'", hint);
    }

    private string? Known()
    {
        var named = (Scope.Parameters ?? []).Select(parameter => parameter.Name).Where(name => name.Length > 0).ToList();
        return Scope.Fields.Count > 0 ? Fields("there are ")
            : named.Count > 0 ? $"{Scope.Name} has {string.Join(", ", named)}"
            : Scope.HasRegisters ? "name the parameters in a signature: function(struct sock *sk)"
            : null;
    }

    private string? Fields(string before)
    {
        var names = Scope.Fields.Take(4).Select(field => $"args->{field.Name}");
        return Scope.Fields.Count == 0 ? null : $"{before}{string.Join(", ", names)}{(Scope.Fields.Count > 4 ? ", …" : "")}";
    }

    private static bool IsNumbered(string name) =>
        name.StartsWith("arg", StringComparison.Ordinal) && name.Length is > 3 and < 8
        && name[3] != '0' && name.Skip(3).All(char.IsAsciiDigit);

    private static int Number(string name) => int.Parse(name.AsSpan(3), CultureInfo.InvariantCulture);

    private static readonly Dictionary<string, Builtin> Builtins = new()
    {
        ["$pid"] = Builtin.Thread,
        ["$tid"] = Builtin.Thread,
        ["$tgid"] = Builtin.Process,
        ["$ppid"] = Builtin.Parent,
        ["$uid"] = Builtin.User,
        ["$gid"] = Builtin.Group,
        ["$cpu"] = Builtin.Cpu,
        ["$comm"] = Builtin.Name,
        ["$task"] = Builtin.Task,
        ["$cgroup"] = Builtin.Cgroup,
        ["$nsecs"] = Builtin.Time,
        ["$func"] = Builtin.Function,
        ["$latency"] = Builtin.Latency,
    };
}
