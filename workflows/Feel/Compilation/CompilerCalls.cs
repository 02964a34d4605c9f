using Orchestrator.Workflows.Feel.Syntax;

namespace Orchestrator.Workflows.Feel.Compilation;

internal sealed partial class Compiler
{
    private FeelCode Function(Expr.Function function)
    {
        var site = At(function);
        if (function.IsExternal)
        {
            return frame => site.Fail(frame, "External functions are not supported; write the function in FEEL.");
        }

        var scopeCount = scopes.Count;
        var slots = function.Parameters.Select(parameter => Declare(parameter.Name)).ToArray();
        var body = Compile(function.Body);
        Leave(scopeCount);
        var types = function.Parameters.Select(parameter => parameter.Type is null ? FeelType.Any : Types.Resolve(parameter.Type, options.FindType) ?? FeelType.Any).ToArray();
        string[] names = [.. function.Parameters.Select(parameter => parameter.Name)];
        return frame => new Closure(names, types, slots, body, frame);
    }

    private FeelCode Call(Expr.Call call)
    {
        var (arguments, site) = (CompileAll(call.Arguments), At(call));
        var names = call.Names?.ToArray();
        if (BuiltInOf(call.Callee) is { } builtIn)
        {
            if (Constant(builtIn, call, arguments, names, site) is { } constant)
            {
                return _ => constant;
            }

            return frame => builtIn.Call(frame, Array.ConvertAll(arguments, argument => argument(frame)), names, site);
        }

        var name = (call.Callee as Expr.Name)?.Text;
        var callee = call.Callee is Expr.Name called ? Name(called, isCalled: true) : Compile(call.Callee);
        var fallback = name is null ? null : BuiltIns.Find(name);
        var missing = name is null ? "There is no such function." : $"There is no function '{name}'.{Describe.Suggestion(name, BuiltIns.Names)}";
        return frame =>
        {
            var target = callee(frame);
            var function = target as FeelFunction ?? fallback;
            return function is null
                ? site.Fail(frame, target is null ? missing : $"A {Describe.Kind(target)} cannot be called.")
                : function.Call(frame, Array.ConvertAll(arguments, argument => argument(frame)), names, site);
        };
    }

    // date("2026-11-21") and its kind are computed once. What fails is left to run time, which reports it.
    private static object? Constant(BuiltIn function, Expr.Call call, FeelCode[] arguments, string[]? names, Site site)
    {
        if (function.Name is "now" or "today" || arguments.Length == 0 || !call.Arguments.All(argument => argument is Expr.Literal or Expr.At))
        {
            return null;
        }

        var run = new FeelRun(FeelLimits.Default);
        return run.Guard(site, () =>
        {
            var frame = new Frame(run, FeelScope.Empty, []);
            return function.Call(frame, Array.ConvertAll(arguments, argument => argument(frame)), names, site);
        });
    }

    // A name that nothing in sight can hide is bound now.
    private BuiltIn? BuiltInOf(Expr callee) =>
        callee is Expr.Name name && !scopes.OfType<NameScope.Local>().Any(local => local.Name == name.Text) && !options.Names.Variables.Contains(name.Text)
            ? BuiltIns.Find(name.Text)
            : null;
}
