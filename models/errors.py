"""What can go wrong, as a tree.

DetenteError                the root: its message is for the user, one line
├── InputError              an article or statement cannot be processed as sent
│   ├── EmptyTextError      nothing in it but white space or quotation marks
│   ├── TooLargeError       longer than the limit
│   ├── NotTextError        binary, wrong encoding or unsupported format
│   └── LanguageError       not in a language that the models read
├── ModelError              a model folder is missing, incomplete or altered
├── TaxonomyError           a taxonomy file is malformed
└── CorpusError             an annotated file is malformed; names the file and the line
"""

__all__ = [
    "CorpusError",
    "DetenteError",
    "EmptyTextError",
    "InputError",
    "LanguageError",
    "ModelError",
    "NotTextError",
    "TaxonomyError",
    "TooLargeError",
]


class DetenteError(Exception):
    """The root of the tree; the message is one line for the user."""


class InputError(DetenteError):
    """An article or statement cannot be processed as sent."""


class EmptyTextError(InputError):
    """The text holds no words."""


class TooLargeError(InputError):
    """The text is longer than the limit."""


class NotTextError(InputError):
    """The bytes are not text in a supported encoding or format."""


class LanguageError(InputError):
    """The text is in a language that the models do not read."""


class ModelError(DetenteError):
    """A model folder is missing, incomplete or altered."""


class TaxonomyError(DetenteError):
    """A taxonomy file is malformed."""


class CorpusError(DetenteError):
    """An annotated file is malformed; the message names the file and the line."""
