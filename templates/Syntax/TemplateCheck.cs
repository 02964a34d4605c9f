namespace Orchestrator.Templates.Syntax;

/// <summary>Checks that a parsed text is well nested and names only declared variables, tokens and known helpers.</summary>
internal sealed class TemplateCheck(string source, IReadOnlySet<string> names)
{
    private readonly Stack<TemplatePiece> _open = new();
    private int _loops;

    public static void Run(string source, IReadOnlyList<TemplatePiece> pieces, IReadOnlySet<string> names)
    {
        var check = new TemplateCheck(source, names);
        foreach (var piece in pieces)
            check.Visit(piece);
        if (check._open.TryPeek(out var block))
            throw TemplateSyntax.Fault(source, block.Start, $"{{{{#{block.Name}}}}} is never closed");
    }

    private void Visit(TemplatePiece piece)
    {
        switch (piece.Kind)
        {
            case PieceKind.Open: VisitOpen(piece); break;
            case PieceKind.Close: VisitClose(piece); break;
            case PieceKind.Else when _open.Count == 0:
                throw TemplateSyntax.Fault(source, piece.Start, "{{else}} stands outside of any block");
            case PieceKind.Value: VisitValue(piece); break;
            case PieceKind.Partial:
                throw TemplateSyntax.Fault(source, piece.Start, $"There is no partial '{piece.Name}'");
        }
    }

    private void VisitOpen(TemplatePiece piece)
    {
        if (piece.Name is not ("if" or "unless" or "each"))
            throw TemplateSyntax.Fault(source, piece.Start, $"There is no block '{piece.Name}'; use if, unless or each");
        if (piece.Arguments.Count != 1)
            throw TemplateSyntax.Fault(source, piece.Start, $"{{{{#{piece.Name}}}}} takes exactly one variable");
        CheckOperand(piece, piece.Arguments[0]);
        if (piece.Name == "each" && ++_loops > TemplateLimits.MaxLoopDepth)
            throw TemplateSyntax.Fault(source, piece.Start, $"{{{{#each}}}} may nest {TemplateLimits.MaxLoopDepth} deep at most");
        _open.Push(piece);
    }

    private void VisitClose(TemplatePiece piece)
    {
        if (!_open.TryPop(out var block) || block.Name != piece.Name)
            throw TemplateSyntax.Fault(source, piece.Start, $"{{{{/{piece.Name}}}}} closes a block that is not open here");
        if (block.Name == "each")
            _loops--;
    }

    private void VisitValue(TemplatePiece piece)
    {
        if (piece.Arguments.Count == 0)
        {
            CheckOperand(piece, piece.Name);
            return;
        }

        if (!Rendering.TemplateHelpers.Names.Contains(piece.Name))
            throw TemplateSyntax.Fault(source, piece.Start,
                $"There is no helper '{piece.Name}'; known are {string.Join(", ", Rendering.TemplateHelpers.Names.Order())}");
        foreach (var argument in piece.Arguments)
            CheckOperand(piece, argument);
    }

    private void CheckOperand(TemplatePiece piece, string operand)
    {
        if (operand[0] is '"' or '-' || char.IsAsciiDigit(operand[0]))
            return;
        if (_loops > 0 && (operand is "this" or "@index" or "@first" or "@last" || operand.StartsWith("this.", StringComparison.Ordinal)))
        {
            CheckItemField(piece, operand);
            return;
        }

        var name = _loops > 0 && operand.StartsWith("../", StringComparison.Ordinal) ? operand[3..] : operand;
        if (_loops > 0 && name == operand)
            throw TemplateSyntax.Fault(source, piece.Start, $"Inside {{{{#each}}}} write {{{{this}}}}, {{{{this.field}}}} or {{{{../{operand}}}}} instead of {{{{{operand}}}}}");
        if (!names.Contains(name))
            throw TemplateSyntax.Fault(source, piece.Start, $"The variable '{operand}' is not declared");
    }

    private void CheckItemField(TemplatePiece piece, string operand)
    {
        if (operand.Count(c => c is '.' or '/') > 1)
            throw TemplateSyntax.Fault(source, piece.Start, $"'{operand}' reaches too deep; items have plain fields only");
    }
}
