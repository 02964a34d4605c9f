using Orchestrator.Workflows.Dmn.Types;
using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Compilation;

namespace Orchestrator.Workflows.Dmn.Expressions;

/// <summary>A parameter of a boxed function, business knowledge model or decision service.</summary>
internal sealed record DmnParameter(string Name, DmnType Type);

/// <summary>A function of a model. Arguments are converted to the parameters' types, the result to its own.</summary>
internal sealed class DmnFunction(string name, IReadOnlyList<DmnParameter> parameters, DmnType result, Func<FeelRun, object?[], object?> body, Site declared)
    : FeelFunction(name)
{
    public override IReadOnlyList<string> Parameters { get; } = [.. parameters.Select(parameter => parameter.Name)];

    public override FeelType Type => FeelType.FunctionOf([.. parameters.Select(parameter => parameter.Type.Feel)], result.Feel);

    internal override object? Call(Frame frame, object?[] arguments, string[]? names, Site site)
    {
        if (Arguments.InOrder(this, arguments, names, out var cause) is not { } ordered)
        {
            return site.Fail(frame, $"{Name}: {cause}");
        }

        var accepted = new object?[ordered.Length];
        for (var i = 0; i < accepted.Length; i++)
        {
            accepted[i] = parameters[i].Type.Accept(ordered[i], frame.Run, declared);
            if (accepted[i] is null && ordered[i] is not null)
            {
                return site.Fail(frame, $"{Name}: '{parameters[i].Name}' must be a {parameters[i].Type.Feel}, not a {Describe.Kind(ordered[i])}.");
            }
        }

        frame.Run.Enter();
        var value = result.Accept(body(frame.Run, accepted), frame.Run, declared);
        frame.Run.Leave();
        return value;
    }
}

/// <summary>A function definition: makes a function that keeps the names around it.</summary>
internal sealed class BoxedFunction(IReadOnlyList<DmnParameter> parameters, DmnType result, Boxed body, Site site) : Boxed
{
    public override object? Evaluate(FeelRun run, IFeelScope scope) =>
        new DmnFunction("", parameters, result, (inner, arguments) => body.Evaluate(inner, Bind(parameters, arguments, scope)), site);

    public static OverlayScope Bind(IReadOnlyList<DmnParameter> parameters, object?[] arguments, IFeelScope outer)
    {
        var names = new Dictionary<string, object?>(arguments.Length, StringComparer.Ordinal);
        for (var i = 0; i < arguments.Length; i++)
        {
            names[parameters[i].Name] = arguments[i];
        }

        return new OverlayScope(names, outer);
    }
}
