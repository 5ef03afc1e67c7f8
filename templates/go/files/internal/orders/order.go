// Package orders is the domain: what an order is, and where orders are kept. It knows nothing of HTTP.
package orders

import (
	"crypto/rand"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

const (
	maxCustomer = 64
	maxItems    = 50
	maxSKU      = 32
	maxQuantity = 1000
)

var (
	idForm   = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	nameForm = regexp.MustCompile(`^[A-Za-z0-9-]+$`)

	itemsRule = fmt.Sprintf("1 to %d items", maxItems)
)

// ErrNotAnID says that a text is no [ID].
var ErrNotAnID = errors.New("an order id is a UUID such as 6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a10")

// ID is the name of an order: a UUID in its hyphenated form, in lower case.
type ID string

// Item is one article of an order.
type Item struct {
	SKU      string `json:"sku"`
	Quantity int    `json:"quantity"`
}

// Wanted is what a customer asks for, as it came.
type Wanted struct {
	Customer string
	Items    []Item
}

// Order is one that was accepted. Its items are never empty, and never changed.
type Order struct {
	ID       ID     `json:"id"`
	Customer string `json:"customer"`
	Items    []Item `json:"items"`
	Units    int    `json:"units"`
}

// FieldError is a field of [Wanted] that breaks a rule.
type FieldError struct {
	// Field is where, as a JSON pointer.
	Field string `json:"field"`
	// Rule is what it must be.
	Rule string `json:"rule"`
}

// ParseID reads an ID.
func ParseID(text string) (ID, error) {
	text = strings.ToLower(text)
	if !idForm.MatchString(text) {
		return "", ErrNotAnID
	}
	return ID(text), nil
}

// Accept turns it into an order with a name of its own, or returns every field that breaks a rule.
func (w Wanted) Accept() (Order, []FieldError) {
	var broken []FieldError
	require := func(holds bool, field, rule string) {
		if !holds {
			broken = append(broken, FieldError{field, rule})
		}
	}
	require(isName(w.Customer, maxCustomer), "/customer", nameRule(maxCustomer))
	require(len(w.Items) >= 1 && len(w.Items) <= maxItems, "/items", itemsRule)
	units := 0
	for i, item := range w.Items {
		require(isName(item.SKU, maxSKU), fmt.Sprintf("/items/%d/sku", i), nameRule(maxSKU))
		require(
			item.Quantity >= 1 && item.Quantity <= maxQuantity,
			fmt.Sprintf("/items/%d/quantity", i),
			fmt.Sprintf("1 to %d", maxQuantity),
		)
		units += item.Quantity
	}
	if len(broken) > 0 {
		return Order{}, broken
	}
	return Order{ID: newID(), Customer: w.Customer, Items: w.Items, Units: units}, nil
}

func isName(text string, longest int) bool {
	return len(text) <= longest && nameForm.MatchString(text)
}

func nameRule(longest int) string {
	return fmt.Sprintf("1 to %d letters, digits and dashes", longest)
}

// newID draws a UUID of version 4.
func newID() ID {
	var id [16]byte
	rand.Read(id[:]) // never fails
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return ID(fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:]))
}
