"""The errors of a model of numbers, for the model card."""

from automl.report.formatting import format_score
from automl.report.markdown import markdown_table
from trials.tasks import QUANTILES, Residuals


def residuals_section(residuals: Residuals) -> str:
    """Return what is told of the errors on the test rows: their bias, their spread, and a table by true value.

    Args:
        residuals: the errors.
    """
    spread = ", ".join(f"{share:.0%} {value:.4g}" for share, value in zip(QUANTILES, residuals.quantiles, strict=True))
    rows = [
        [
            f"{band.low:.4g} - {band.high:.4g}",
            str(band.rows),
            f"{band.mean:.4g}",
            format_score(band.mae),
        ]
        for band in residuals.bands
    ]
    table = markdown_table(["true value", "rows", "mean prediction", "MAE"], rows)
    return f"Predicted less true numbers are {residuals.bias:+.4g} on average. Their quantiles: {spread}.\n\n{table}"
