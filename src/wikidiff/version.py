"""The version, written once; a module of its own because reading package metadata is slow."""

VERSION = "0.1.0"
