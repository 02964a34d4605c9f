using Orchestrator.Workflows.Feel.Compilation;
using Orchestrator.Workflows.Feel.Semantics;

namespace Orchestrator.Workflows.Feel;

/// <summary>The body of a built-in function; the arguments are converted, in order, null where optional and left out.</summary>
internal delegate object? BuiltInBody(Invocation call, object?[] arguments);

/// <summary>A call in progress.</summary>
internal readonly record struct Invocation(Frame Frame, Site Site)
{
    public FeelRun Run => Frame.Run;

    public object? Fail(string cause) => Site.Fail(Frame, cause);

    public object? Call(FeelFunction function, params object?[] arguments) => function.Call(Frame, arguments, null, Site);
}

/// <summary>A function of the FEEL library with all its forms.</summary>
internal sealed class BuiltIn : FeelFunction
{
    private readonly BuiltInForm[] forms;

    private BuiltIn(string name, BuiltInForm[] forms) : base(name) => this.forms = forms;

    public override IReadOnlyList<string> Parameters => forms[0].Names;

    public override FeelType Type => FeelType.FunctionOf(forms[0].Types, FeelType.Any);

    /// <param name="name">As FEEL writes it.</param>
    /// <param name="parameters">
    /// <c>name: type</c> between commas. A type ending in <c>?</c> may be left out, in <c>~</c> may be null; <c>name: type*</c>
    /// takes one list or any number of items, <c>name: type+</c> one item or more and always makes a list of them.
    /// </param>
    /// <param name="body">What it does.</param>
    public static BuiltIn Of(string name, string parameters, BuiltInBody body) => new(name, [BuiltInForm.Parse(parameters, body)]);

    public BuiltIn Or(string parameters, BuiltInBody body) => new(Name, [.. forms, BuiltInForm.Parse(parameters, body)]);

    internal override object? Call(Frame frame, object?[] arguments, string[]? names, Site site)
    {
        frame.Run.Step();
        foreach (var argument in arguments)
        {
            frame.Run.Weigh(argument);
        }

        string? cause = null;
        foreach (var form in forms)
        {
            if (form.TryBind(arguments, names, out var bound, out var reason))
            {
                return form.Body(new Invocation(frame, site), bound);
            }

            cause ??= reason;
        }

        return site.Fail(frame, $"{Name}(): {cause}");
    }
}
