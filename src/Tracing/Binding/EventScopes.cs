using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;
using BpfDashboard.Tracing.Usdt;

namespace BpfDashboard.Tracing.Binding;

/// <summary>What a place offers to expressions: prototypes, signatures, records of tracepoints, operands of USDT probes.</summary>
/// <param name="found">Where mistakes in a signature go.</param>
internal sealed class EventScopes(SpecInProgress spec, TraceProbeSyntax syntax, List<Diagnostic> found)
{
    private const string Wrapper = "__x64_sys_";

    /// <summary>The scope of a place; null after a diagnostic.</summary>
    public ProbeScope? Of(BoundProbe probe)
    {
        var signature = syntax.Signature is { } parameters
            ? new TypeResolver(TypesOf(probe), found).Resolve(parameters)
            : null;
        return found.Count > 0 ? null : Of(probe, signature) with { Function = spec.Targets[probe.Slot].Name };
    }

    private ProbeScope Of(BoundProbe probe, IReadOnlyList<Parameter>? signature) => probe switch
    {
        KernelFunctionProbe function => Kernel(function, signature),
        UserProbe { IsEntry: true } place => User(place, ProbeSite.UserEntry, signature),
        UserProbe { IsReturn: true } place => User(place, ProbeSite.UserReturn, signature),
        UserProbe { Operands: { } operands } place => Usdt(place, UsdtOperandParser.Parse(operands)),
        UserProbe place => User(place, ProbeSite.UserInside, signature),
        SyscallProbe call => Record(call.Event, FieldsOf("syscalls", call.Event), AddressSpace.User),
        TracepointProbe point => Record(
            point.Event, FieldsOf(point.Category, point.Event),
            point.Category == "syscalls" ? AddressSpace.User : AddressSpace.Any),
        _ => throw new ArgumentException($"{probe.GetType().Name} is no event", nameof(probe)),
    };

    /// <summary>Where names of types are looked up at a place.</summary>
    public ITypeSource TypesOf(BoundProbe probe) =>
        probe is UserProbe place && spec.Kernel.TypesOf(place.Path) is { } types
            ? new LayeredTypes(types, spec.Kernel.Types)
            : spec.Kernel.Types;

    private ProbeScope Kernel(KernelFunctionProbe function, IReadOnlyList<Parameter>? signature)
    {
        var call = function.Name.StartsWith(Wrapper, StringComparison.Ordinal) ? function.Name[Wrapper.Length..] : null;
        var prototype = spec.Kernel.Types.Find(TypeNames.Function, function.Name) as FunctionType;
        var known = call is null ? prototype?.Parameters : Parameters(call);
        return Scope(function.Name, Site(function)) with
        {
            Parameters = signature ?? known,
            HasAllParameters = signature is null && known is not null,
            Returns = call is null ? prototype?.Returns : CoreTypes.Long,
            IsSystemCall = call is not null,
        };
    }

    private static ProbeSite Site(KernelFunctionProbe function) =>
        function.IsReturn ? ProbeSite.KernelReturn
        : function.Offset != 0 ? ProbeSite.KernelInside
        : ProbeSite.KernelEntry;

    /// <summary>The arguments of a system call, which its wrapper's prototype does not tell, but its tracepoint does.</summary>
    private IReadOnlyList<Parameter>? Parameters(string call) => FieldsOf("syscalls", $"sys_enter_{call}") is { Count: > 0 } fields
        ? [.. RecordFields.Type(fields, spec.Kernel.Types, AddressSpace.User)
            .Where(field => field.Name != "__syscall_nr")
            .Select(field => new Parameter(field.Name, field.Type))]
        : null;

    private ProbeScope User(UserProbe place, ProbeSite site, IReadOnlyList<Parameter>? signature)
    {
        var prototype = site == ProbeSite.UserInside ? null : spec.Kernel.PrototypeOf(place.Path, place.FileOffset);
        return Scope(spec.Targets[place.Slot].Name, site) with
        {
            Parameters = signature ?? prototype?.Parameters,
            HasAllParameters = signature is null && prototype is { IsVariadic: false },
            Returns = prototype?.Returns,
        };
    }

    private ProbeScope Usdt(UserProbe place, IReadOnlyList<UsdtOperand> operands) =>
        Scope(spec.Targets[place.Slot].Name, ProbeSite.Usdt) with
        {
            UsdtArguments = [.. operands.Select(operand => operand.Type)],
            UsdtOperands = operands,
        };

    private ProbeScope Record(string name, IReadOnlyList<TracepointField> fields, AddressSpace pointersLeadTo) =>
        Scope(name, ProbeSite.Tracepoint) with { Fields = RecordFields.Type(fields, spec.Kernel.Types, pointersLeadTo) };

    private IReadOnlyList<TracepointField> FieldsOf(string category, string name) =>
        spec.Kernel.FieldsOf(new Tracepoint(category, name, 0));

    private ProbeScope Scope(string name, ProbeSite site) => new()
    {
        Site = site,
        Name = name,
        ComparesBytes = spec.ComparesBytes,
        MoreNames = spec.MoreNames,
        HasBareFields = spec.MoreNames.Count > 0,
    };
}
