package orders

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// UnmarshalJSON reads what the interface allows and nothing else.
func (w *Wanted) UnmarshalJSON(data []byte) error {
	return members(data, map[string]any{"customer": &w.Customer, "items": &w.Items})
}

// UnmarshalJSON reads what the interface allows and nothing else.
func (i *Item) UnmarshalJSON(data []byte) error {
	return members(data, map[string]any{"sku": &i.SKU, "quantity": (*wholeNumber)(&i.Quantity)})
}

// members reads an object that has exactly these members, once each. Left to itself, encoding/json takes names in
// any case, lets the last of two win, and does not miss one that is not there.
func members(data []byte, missing map[string]any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return errors.New("an object is needed")
	}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		name := fmt.Sprint(token)
		value, known := missing[name]
		if !known {
			return fmt.Errorf("the member %q is unknown, or there twice", name)
		}
		delete(missing, name)
		if err := decoder.Decode(value); err != nil {
			if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
				return fmt.Errorf("%s can't be a JSON %s", name, wrong.Value)
			}
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("these members are missing: %s", strings.Join(slices.Sorted(maps.Keys(missing)), ", "))
	}
	return nil
}

// wholeNumber reads 2.0 as 2: JSON has one kind of number, and to a JSON schema that is an integer.
type wholeNumber int

func (n *wholeNumber) UnmarshalJSON(data []byte) error {
	number, err := strconv.ParseFloat(string(data), 64)
	if err != nil || number != math.Trunc(number) || number < 0 || number > math.MaxInt32 {
		return fmt.Errorf("a whole number from 0 to %d is needed", math.MaxInt32)
	}
	*n = wholeNumber(number)
	return nil
}
