using Orchestrator.Host.Web;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops;

/// <summary>The interpreter's refusals as the edge knows them.</summary>
internal static class StepRefusals
{
    // The engine's reasons stand in our texts under this.
    private const string Said = "refused";

    /// <param name="texts">Null: nobody waits whose language is known; the reason stays English.</param>
    public static Refusal From(Decision.Refused refused, FindingTexts? texts = null) => refused.Code switch
    {
        RefusalCode.TaskGone => Refusal.Conflict("task-closed"),
        RefusalCode.UnknownOutcome => Refusal.Invalid(new FieldProblem("outcome", "field.outcome-unknown")),
        RefusalCode.ReasonMissing => Refusal.Invalid(new FieldProblem("reason", "field.reason-required")),
        RefusalCode.SeparationOfDuties => new Refusal("separation-of-duties-engine", StatusCodes.Status403Forbidden, texts?.Of(Said, refused.Reason) ?? refused.Reason),
        RefusalCode.Suspended => Refusal.Conflict("process-suspended"),
        RefusalCode.NotRunning => Refusal.Conflict("process-ended"),
        RefusalCode.VariablesTooLarge => Refusal.Invalid(new FieldProblem("data", "field.too-large")),
        _ => Refusal.Conflict("process-refused", texts?.Of(Said, refused.Reason) ?? refused.Reason),
    };
}
